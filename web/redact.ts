/**
 * The one place that decides what of a machine's data a person may see: context, events, input,
 * output and errors all pass here. It is an allow-list: text is shown only under keys known to
 * hold names and ids, so that a new field with a secret or a prompt in it is hidden from the start.
 */
import { isSecretKey, withoutSecrets } from '../machines/policy/secrets.ts';

/** Keys whose text is a name, an id or a word of ours. Everything else of type string is hidden. */
const SHOWN_TEXT: ReadonlySet<string> = new Set([
  ...['type', 'kind', 'state', 'substate', 'status', 'reason', 'cause', 'code', 'event'],
  ...['id', 'actorId', 'name', 'session', 'account', 'from', 'to', 'task', 'conversation'],
  ...['paneId', 'mark', 'startTime', 'bootId', 'workdir', 'cwd', 'project', 'prefix', 'index'],
  ...['mode', 'strategy', 'waitingFor', 'verb', 'isoTime', 'crashedAt', 'since'],
  ...['home', 'window', 'source', 'error', 'step', 'wanted', 'tried', 'arrived'],
]);

/** Some machines keep the client's word for an error under it, others what it said: that is not shown. */
const ONE_WORD = 'error';

/** An agent's whole environment: whatever is in it is nobody's business. */
const ENVIRONMENT = 'env';
const HIDDEN = '[hidden]';

const MAX_DEPTH = 5;
const MAX_ITEMS = 30;
const MAX_TEXT = 200;

/** A JSON value that is safe to show. Never throws, whatever it is given: getters, cycles, proxies. */
export function redact(value: unknown): unknown {
  try {
    return shown(value, '', 0);
  } catch {
    return '[unreadable]';
  }
}

function shown(value: unknown, key: string, depth: number): unknown {
  if (isHidden(key) && value !== null && value !== undefined) return HIDDEN;
  switch (typeof value) {
    case 'string':
      return shownText(value, key);
    case 'number':
      return shownNumber(value);
    case 'boolean':
      return value;
    case 'bigint':
      return String(value);
    case 'object':
      return value === null ? null : shownObject(value, key, depth);
    case 'undefined':
      return null;
    default:
      return `[${typeof value}]`;
  }
}

function isHidden(key: string): boolean {
  return key.toLowerCase() === ENVIRONMENT || isSecretKey(key);
}

/** JSON has no NaN, no infinity and no negative zero. */
function shownNumber(value: number): unknown {
  return Number.isFinite(value) ? value + 0 : String(value);
}

function shownText(text: string, key: string): string {
  const isShown = SHOWN_TEXT.has(key) && (key !== ONE_WORD || !/\s/.test(text));
  if (!isShown) return `[${text.length} characters]`;
  return shortSafe(text);
}

/** Also for the message of an error, which has no key to judge it by. */
function shortSafe(text: string): string {
  const safe = withoutSecrets(text, HIDDEN);
  return safe.length > MAX_TEXT ? `${safe.slice(0, MAX_TEXT)}…` : safe;
}

function shownObject(value: object, key: string, depth: number): unknown {
  if (value instanceof Error) return shownError(value);
  if (isActorRef(value)) return `[actor ${value.id}]`;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (depth >= MAX_DEPTH) return '[deeper]';
  if (Array.isArray(value)) return shownItems(value, key, depth);
  if (value instanceof Set) return shownItems([...value], key, depth);
  const entries = value instanceof Map ? [...value.entries()] : Object.entries(value);
  const pairs = entries
    .slice(0, MAX_ITEMS)
    .map(([k, v]) => [String(k), shown(v, String(k), depth + 1)] as const);
  return Object.fromEntries(pairs);
}

/** Items are judged by the key that holds the list. */
function shownItems(items: readonly unknown[], key: string, depth: number): unknown {
  const head = items.slice(0, MAX_ITEMS).map((item) => shown(item, key, depth + 1));
  const rest = items.length - head.length;
  return rest > 0 ? [...head, `[${rest} more]`] : head;
}

function shownError(error: Error): unknown {
  const code = 'code' in error && typeof error.code === 'string' ? { code: error.code } : {};
  return { name: error.name, ...code, message: shortSafe(error.message) };
}

function isActorRef(value: object): value is { readonly id: string } {
  return 'sessionId' in value && 'id' in value && typeof value.id === 'string' && 'send' in value;
}
