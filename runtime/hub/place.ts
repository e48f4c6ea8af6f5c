/** Where huggingface_hub keeps what is its: the cache is shared with Python, and so is the token. */
import { homedir } from 'node:os';
import { join } from 'node:path';

/** A folder may be named from the user's own. */
const expanded = (path: string): string => path.replace(/^~(?=$|[/\\])/, () => homedir());

/** HF_HOME, or `huggingface` in the folder of caches. */
export const hubHome = (): string => expanded(process.env['HF_HOME'] || join(process.env['XDG_CACHE_HOME'] || '~/.cache', 'huggingface'));

/** Where `hf auth login` leaves its token: HF_TOKEN_PATH, or `token` in {@link hubHome}. */
export const hubTokenPath = (): string => expanded(process.env['HF_TOKEN_PATH'] || join(hubHome(), 'token'));
