/** One login as the stub sees it: each bearer token or API key is an account of its own. */
export interface StubAccount {
  /** What it answers when the queue is empty and the prompt names nothing. */
  readonly mode: string;
  /** Modes for the next main requests, one each, before `mode` again. */
  readonly queue: readonly string[];
  readonly options: StubOptions;
  readonly quota: Quota;
}

export interface StubOptions {
  /** Of the mode `text`. */
  readonly text: string;
  /** How long the mode `slow` takes, and in how many pieces. */
  readonly slowMs: number;
  readonly chunks: number;
  /** Of the mode `tool_bash`. */
  readonly command: string;
  /** Of the modes `tool_read`, `tool_write`. */
  readonly file: string;
  readonly content: string;
  readonly latencyMs: number;
}

/** Used shares (0 to 1) and reset times (epoch seconds) of the five-hour and the weekly window. */
export interface Quota {
  readonly fiveHour: { readonly used: number; readonly resetsAt: number };
  readonly sevenDay: { readonly used: number; readonly resetsAt: number };
}

const HOUR_S = 3600;

export function newAccount(): StubAccount {
  const nowS = Math.floor(Date.now() / 1000);
  return {
    mode: 'text',
    queue: [],
    options: {
      text: 'STUB-REPLY: done.',
      slowMs: 30_000,
      chunks: 60,
      command: 'touch stub-touched',
      file: 'stub-out.txt',
      content: 'hello from the stub\n',
      latencyMs: 0,
    },
    quota: {
      fiveHour: { used: 0.12, resetsAt: nowS + 2 * HOUR_S },
      sevenDay: { used: 0.34, resetsAt: nowS + 72 * HOUR_S },
    },
  };
}
