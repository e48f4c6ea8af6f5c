/** The Jupyter messages that the kernel and its client exchange, in the protocol's own words. */
import type { CellError, MimeBundle } from './cell.js';

export interface Header {
  readonly msg_id: string;
  readonly session: string;
  readonly username: string;
  readonly date: string;
  readonly msg_type: string;
  readonly version: string;
}

export interface Message<Content = Record<string, unknown>> {
  readonly identities: readonly Buffer[];
  /** The header's JSON as it came, for the parent header of what answers it; a text, since ZeroMQ copies that and would keep hold of a buffer. */
  readonly rawHeader: string;
  readonly header: Header;
  readonly parent: Partial<Header>;
  readonly metadata: Record<string, unknown>;
  readonly content: Content;
  readonly buffers: readonly Buffer[];
}

export interface ConnectionInfo {
  readonly transport: string;
  readonly ip: string;
  readonly key: string;
  readonly signature_scheme: string;
  readonly shell_port: number;
  readonly control_port: number;
  readonly stdin_port: number;
  readonly iopub_port: number;
  readonly hb_port: number;
  readonly kernel_name?: string;
}

export interface ExecuteRequest {
  readonly code: string;
  readonly silent: boolean;
  readonly store_history: boolean;
  readonly user_expressions: Readonly<Record<string, string>>;
  readonly allow_stdin: boolean;
  readonly stop_on_error: boolean;
}

export type ExpressionReply = ({ readonly status: 'ok'; readonly data: MimeBundle; readonly metadata: object }) | ({ readonly status: 'error' } & CellError);

/** Something that a front end shows beside the notebook. */
export interface Page {
  readonly source: 'page';
  readonly data: MimeBundle;
  /** The line to start at. */
  readonly start: number;
}

export type ExecuteReply =
  | { readonly status: 'ok'; readonly execution_count: number; readonly user_expressions: Readonly<Record<string, ExpressionReply>>; readonly payload: readonly Page[] }
  | ({ readonly status: 'error'; readonly execution_count: number } & CellError)
  | { readonly status: 'aborted'; readonly execution_count: number };

export interface LanguageInfo {
  readonly name: string;
  readonly version: string;
  readonly mimetype: string;
  readonly file_extension: string;
  readonly codemirror_mode: string | { readonly name: string; readonly mime: string };
  readonly pygments_lexer: string;
}

/** An `execute_request` with the protocol's defaults for what it leaves out. */
export function executeRequest(content: Record<string, unknown>): ExecuteRequest {
  const silent = content['silent'] === true;
  const expressions = (content['user_expressions'] ?? {}) as Record<string, unknown>;
  return {
    code: String(content['code'] ?? ''),
    silent,
    store_history: !silent && content['store_history'] !== false,
    user_expressions: Object.fromEntries(Object.entries(expressions).map(([name, text]) => [name, String(text)])),
    allow_stdin: content['allow_stdin'] === true,
    stop_on_error: content['stop_on_error'] !== false,
  };
}
