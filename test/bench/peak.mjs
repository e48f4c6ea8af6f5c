// Loaded before the command that is measured: says its peak memory in MB at its end, on descriptor 3.
import { writeSync } from 'node:fs';
process.on('exit', () => writeSync(3, String(Math.round(process.resourceUsage().maxRSS / 1024))));
