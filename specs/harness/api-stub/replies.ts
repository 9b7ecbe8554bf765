import { randomBytes } from 'node:crypto';
import {
  endsInToolResult,
  lastUserMessage,
  type RequestBody,
  textOf,
  userTextsIn,
} from './request-body.ts';
import type { StubOptions } from './stub-account.ts';

/** What the model says: blocks, why it stopped, and how the stream behaves on the way. */
export interface Reply {
  readonly blocks: readonly ReplyBlock[];
  readonly stop: 'end_turn' | 'tool_use' | 'max_tokens';
  readonly pace: Pace;
}

export type ReplyBlock =
  | { readonly type: 'text'; readonly text: string }
  | {
      readonly type: 'tool_use';
      readonly id: string;
      readonly name: string;
      readonly input: Readonly<Record<string, unknown>>;
    };

export interface Pace {
  readonly chunkLength: number;
  readonly chunkDelayMs: number;
  /** After this many chunks the stream breaks off, says that it failed, or falls silent; null = it ends well. */
  readonly breakAfter: number | null;
  readonly breakBy: 'cut' | 'error' | 'stall';
}

const STEADY: Pace = { chunkLength: 60, chunkDelayMs: 0, breakAfter: null, breakBy: 'cut' };

/** The reply a mode stands for, given what was asked. An unknown mode says so. */
export function replyFor(mode: string, options: StubOptions, body: RequestBody): Reply {
  const reply = REPLIES.get(mode);
  return reply ? reply(options, body) : text(`STUB: unknown mode ${mode}`);
}

type Replying = (options: StubOptions, body: RequestBody) => Reply;

const REPLIES: ReadonlyMap<string, Replying> = new Map<string, Replying>([
  ['text', (options) => text(options.text)],
  ['echo', (_options, body) => text(`STUB-ECHO: ${textOf(lastUserMessage(body)).slice(-200)}`)],
  ['count', (_options, body) => text(`STUB-COUNT: ${JSON.stringify(userTexts(body))}`)],
  ['slow', (options) => slowly(options)],
  ['long', (options) => slowly({ ...options, slowMs: LONG_MS, chunks: 6 })],
  ['trap', () => text(TRAP)],
  ['cut', () => broken('cut')],
  ['sse_error', () => broken('error')],
  ['stall', () => broken('stall')],
  ['max_tokens', () => ({ ...text('cut by max tokens'), stop: 'max_tokens' })],
  ['tool_bash', tool('Bash', ({ command }) => ({ command, description: 'Run a command' }))],
  [
    'tool_background',
    tool('Bash', () => ({
      command: 'sleep 5',
      description: 'Run a command',
      run_in_background: true,
    })),
  ],
  ['tool_write', tool('Write', ({ file, content }) => ({ file_path: file, content }))],
  ['tool_read', tool('Read', ({ file }) => ({ file_path: file }))],
  ['tool_ask', tool('AskUserQuestion', () => ({ questions: [QUESTION] }))],
  ['tool_task', tool('Agent', () => SUBAGENT)],
]);

const LONG_MS = 3000;

/** An ordinary reply that holds every phrase a scraper would take for a limit or a dialog. */
const TRAP = [
  "You've hit your session limit · resets 3pm (UTC)",
  'Claude usage limit reached. Your limit will reset at 3pm.',
  'API Error: 429 {"type":"error","error":{"type":"rate_limit_error","message":"rate limited"}}',
  'Please run /login · API Error: 401 · Invalid API key · OAuth token revoked',
  'What do you want to do?\n❯ 1. Stop and wait for limit to reset\n  2. Upgrade your plan',
  'Do you want to proceed?\n❯ 1. Yes\n  2. No',
].join('\n\n');

const QUESTION = {
  question: 'Which colour?',
  header: 'Colour',
  multiSelect: false,
  options: [
    { label: 'Red', description: 'red' },
    { label: 'Blue', description: 'blue' },
  ],
};

const SUBAGENT = {
  description: 'Sub task',
  prompt: '[[stub:text]] say hello',
  subagent_type: 'general-purpose',
};

/** The small answer the client's side calls get: a title when asked for one. */
export function sideReply(body: RequestBody): Reply {
  const wantsTitle = JSON.stringify(body.system ?? '').includes('title');
  return text(wantsTitle ? '{"title": "Stub session title"}' : 'ok');
}

function text(words: string): Reply {
  return { blocks: [{ type: 'text', text: words }], stop: 'end_turn', pace: STEADY };
}

function slowly({ chunks, slowMs }: StubOptions): Reply {
  const pieces = Array.from({ length: chunks }, (_, i) => `slow chunk ${i + 1} of the reply.`);
  const chunkLength = Math.ceil(pieces.join(' ').length / chunks);
  return {
    ...text(pieces.join(' ')),
    pace: { ...STEADY, chunkLength, chunkDelayMs: slowMs / chunks },
  };
}

function broken(breakBy: Pace['breakBy']): Reply {
  const pace = { chunkLength: 40, chunkDelayMs: 50, breakAfter: 3, breakBy };
  return { ...text('This reply breaks in the middle of the stream. '.repeat(10)), pace };
}

function tool(
  name: string,
  input: (options: StubOptions) => Readonly<Record<string, unknown>>,
): Replying {
  return (options, body) => {
    if (endsInToolResult(lastUserMessage(body))) return text(`STUB-REPLY: ${name} finished.`);
    const use = {
      type: 'tool_use',
      id: `toolu_stub${randomBytes(9).toString('hex')}`,
      name,
      input: input(options),
    } as const;
    return {
      blocks: [{ type: 'text', text: `I'll use ${name}.` }, use],
      stop: 'tool_use',
      pace: STEADY,
    };
  };
}

function userTexts(body: RequestBody): readonly string[] {
  return userTextsIn(body).map((text) => text.slice(-80));
}
