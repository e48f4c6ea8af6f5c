/** What `inspect_environment.py` prints; a file of its own, so that the commands about environments load without Zod. */
import { z } from 'zod';

export const Inspected = z.object({
  version: z.string(),
  program: z.string(),
  /** Whether it can make virtual environments. */
  venv: z.boolean(),
  /** By package its version, null where it is missing. */
  packages: z.record(z.string(), z.string().nullable()),
  /** By package how many of its files are gone. */
  lost: z.record(z.string(), z.int()),
  /** What torch can train on, or why it cannot be loaded. */
  torch: z
    .union([
      z.object({ error: z.string() }),
      z.object({ built_for: z.string().nullable(), devices: z.array(z.object({ name: z.string(), memory: z.number().nullable(), bf16: z.boolean() })) }),
    ])
    .optional(),
});

export type Inspected = z.infer<typeof Inspected>;
