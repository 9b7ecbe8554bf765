import { taskIdIn } from '../../machines/policy/task-prompt.ts';
import type { Signal } from '../../machines/signals.ts';
import { isNotification } from '../agent/background-rows.ts';

/** What a file of the spool turned out to be. `ignored`: an event that says nothing of the session. */
export type Parsed =
  | { readonly kind: 'signal'; readonly signal: Signal }
  | { readonly kind: 'ignored' }
  | { readonly kind: 'bad'; readonly reason: string };

/** Where and when it was found: the session whose spool it is of, and epoch milliseconds. */
type Found = Pick<Signal, 'session' | 'at'>;
type Payload = Readonly<Record<string, unknown>>;
/** The part of a signal that its event tells. */
type Told<One = Signal> = One extends unknown
  ? Omit<One, 'session' | 'at' | 'conversation'>
  : never;

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const IGNORED = { kind: 'ignored' } as const;

/** The payload of a hook as a signal. Never throws, whatever the text is. */
export function parseSignal(text: string, found: Found): Parsed {
  const payload = recordIn(text);
  if (payload === null) return bad('it is not a JSON object');
  const { session_id: conversation, hook_event_name: event } = payload;
  const told = typeof event === 'string' ? TOLD_BY.get(event)?.(payload) : undefined;
  if (told === undefined) return bad(`it is of no event that is heard: ${inShort(event)}`);
  if (typeof conversation !== 'string' || !UUID.test(conversation)) {
    return bad(`it names no conversation: ${inShort(conversation)}`);
  }
  if (told.kind === 'prompted' && isNotification(words(payload['prompt']))) return IGNORED;
  // What a subagent does is not what the session does; only a tool that it was refused counts.
  if (typeof payload['agent_id'] === 'string' && told.kind !== 'refused') return IGNORED;
  return { kind: 'signal', signal: { ...found, conversation, ...told } };
}

const TOLD_BY: ReadonlyMap<string, (payload: Payload) => Told | undefined> = new Map([
  ['SessionStart', ({ source }: Payload) => ({ kind: 'started', source: words(source) }) as const],
  [
    'UserPromptSubmit',
    ({ prompt }: Payload) => ({ kind: 'prompted', task: taskIdIn(words(prompt)) }) as const,
  ],
  ['Stop', stopped],
  ['StopFailure', failed],
  [
    'PermissionRequest',
    (payload: Payload) => ({ kind: 'asked', tool: words(payload['tool_name']) }) as const,
  ],
  ['SessionEnd', ({ reason }: Payload) => ({ kind: 'ended', reason: words(reason) }) as const],
  ['PreToolUse', toolRefused],
]);

function stopped(payload: Payload): Told {
  const { last_assistant_message: result, background_tasks: background } = payload;
  return {
    kind: 'stopped',
    result: words(result),
    background: Array.isArray(background) ? background.length : 0,
  };
}

function failed({ error, last_assistant_message: message, prompt_id: prompt }: Payload): Told {
  return {
    kind: 'failed',
    error: words(error) || 'unknown',
    message: words(message),
    prompt: words(prompt) || null,
  };
}

/** Written by the tool guard, not by the client: only what it refused is in the spool. */
function toolRefused({ refused }: Payload): Told | undefined {
  if (!isRecord(refused)) return undefined;
  const { tool, rule, reason } = refused;
  return { kind: 'refused', tool: words(tool), rule: words(rule), reason: words(reason) };
}

/** A field that the client may leave out is empty then. */
function words(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function recordIn(text: string): Payload | null {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : null;
  } catch {
    return null;
  }
}

function isRecord(value: unknown): value is Payload {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function bad(reason: string): Parsed {
  return { kind: 'bad', reason };
}

function inShort(value: unknown): string {
  return (JSON.stringify(value) ?? 'none').slice(0, 60);
}
