/**
 * The messages that a kernel sends, as Jupyter's message specification 5.5 has them
 * (https://jupyter-client.readthedocs.io/en/latest/messaging.html). Strict: a key that it does not name is a mistake.
 */
import { z } from 'zod';

const object = z.record(z.string(), z.unknown());
const mimeBundle = z.record(z.string().regex(/^[\w.+-]+\/[\w.+-]+$/), z.unknown());
const resultBundle = mimeBundle.refine((data) => typeof data['text/plain'] === 'string', 'has no text/plain');
const count = z.int().nonnegative();

export const header = z.strictObject({
  msg_id: z.string().min(1),
  session: z.string().min(1),
  username: z.string(),
  date: z.iso.datetime(),
  msg_type: z.string(),
  version: z.literal('5.5'),
});

const error = { ename: z.string(), evalue: z.string(), traceback: z.array(z.string()) };
const failed = z.strictObject({ status: z.literal('error'), ...error });

/** A reply is the whole of `ok`, or an error and nothing of it. */
const reply = <T extends z.ZodRawShape>(ok: T) => z.union([z.strictObject({ status: z.literal('ok'), ...ok }), failed]);

const display = { data: mimeBundle, metadata: object };
const displayData = z.strictObject({ ...display, transient: z.strictObject({ display_id: z.string().optional() }).optional() });
const expression = z.union([z.strictObject({ status: z.literal('ok'), ...display }), failed]);
const page = z.strictObject({ source: z.literal('page'), data: resultBundle, start: count });
const port = z.int().min(1).max(65535);
const line = z.union([z.string(), z.tuple([z.string(), z.string().nullable()])]);

/** Content by channel and type. */
export const contents: Readonly<Record<string, z.ZodType>> = {
  'shell execute_reply': z.union([
    z.strictObject({ status: z.literal('ok'), execution_count: count, user_expressions: z.record(z.string(), expression), payload: z.array(page) }),
    z.strictObject({ status: z.literal('error'), execution_count: count, ...error }),
    z.strictObject({ status: z.literal('aborted'), execution_count: count }),
  ]),
  'shell inspect_reply': reply({ found: z.boolean(), ...display }),
  'shell complete_reply': reply({ matches: z.array(z.string()), cursor_start: count, cursor_end: count, metadata: object }),
  'shell history_reply': reply({ history: z.array(z.tuple([z.int().positive(), count, line])) }),
  'shell is_complete_reply': z.union([
    z.strictObject({ status: z.literal('incomplete'), indent: z.string() }),
    z.strictObject({ status: z.enum(['complete', 'invalid', 'unknown']) }),
    failed,
  ]),
  'shell connect_reply': reply({ shell_port: port, iopub_port: port, stdin_port: port, hb_port: port, control_port: port }),
  'shell comm_info_reply': reply({ comms: z.record(z.string(), z.strictObject({ target_name: z.string() })) }),
  'shell kernel_info_reply': kernelInfo(),
  'control kernel_info_reply': kernelInfo(),
  'control shutdown_reply': reply({ restart: z.boolean() }),
  'control interrupt_reply': reply({}),
  // A response of the Debug Adapter Protocol; as every reply, one that failed says so in Jupyter's words too.
  'control debug_reply': z.strictObject({ type: z.literal('response'), seq: z.int(), request_seq: z.int(), success: z.literal(false), command: z.string(), message: z.string(), status: z.literal('error'), ...error }),
  'control create_subshell_reply': reply({ subshell_id: z.string() }),
  'control delete_subshell_reply': reply({}),
  'control list_subshell_reply': reply({ subshell_id: z.array(z.string()) }),
  'iopub iopub_welcome': z.strictObject({ subscription: z.string() }),
  'iopub status': z.strictObject({ execution_state: z.enum(['busy', 'idle', 'starting']) }),
  'iopub execute_input': z.strictObject({ code: z.string(), execution_count: count }),
  'iopub stream': z.strictObject({ name: z.enum(['stdout', 'stderr']), text: z.string().min(1) }),
  'iopub display_data': displayData,
  'iopub update_display_data': z.strictObject({ ...display, transient: z.strictObject({ display_id: z.string() }) }),
  'iopub execute_result': z.strictObject({ execution_count: count, data: resultBundle, metadata: object }),
  'iopub error': z.strictObject(error),
  'iopub clear_output': z.strictObject({ wait: z.boolean() }),
  'iopub comm_close': z.strictObject({ comm_id: z.string(), data: object }),
  // Other clients hear on iopub that the kernel ends.
  'iopub shutdown_reply': reply({ restart: z.boolean() }),
  'stdin input_request': z.strictObject({ prompt: z.string(), password: z.boolean() }),
};

function kernelInfo() {
  const version = z.string().regex(/^\d+\.\d+(\.\d+)?$/);
  return reply({
    protocol_version: version,
    implementation: z.string(),
    implementation_version: z.string(),
    language_info: z.strictObject({
      name: z.string(),
      version: z.string(),
      mimetype: z.string().regex(/^\w+\/[\w.+-]+$/),
      file_extension: z.string().startsWith('.'),
      pygments_lexer: z.string().optional(),
      codemirror_mode: z.union([z.string(), object]).optional(),
      nbconvert_exporter: z.string().optional(),
    }),
    banner: z.string(),
    help_links: z.array(z.strictObject({ text: z.string(), url: z.url() })).optional(),
    supported_features: z.array(z.string()).optional(),
  });
}
