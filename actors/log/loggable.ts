import { isSecretKey, REDACTED, withoutSecrets } from '../../machines/policy/secrets.ts';

/** How much of a fact is written. */
export interface Budget {
  /** UTF-16 units of one string. */
  readonly chars: number;
  /** Elements of one list, entries of one object. */
  readonly items: number;
  readonly depth: number;
}

/** Text that may still be written. Once it is spent the line is too long, and no more work is worth it. */
export interface Allowance {
  chars: number;
}

/** Looked through beyond what is written, so that no secret is cut in two before it is seen. */
const SEEN_BEYOND_CHARS = 8_192;
/** Fields of an error besides the usual ones; `facts` is FailoverError's. */
const ERROR_FIELDS = ['code', 'facts', 'cause', 'errors'] as const;

/**
 * Any value as plain JSON data without secrets: Map, Set, BigInt, Error, Date, Buffer, class
 * instances and circles included. Runs a getter at most once and calls no `toJSON`; what throws is
 * said to be unreadable. Never throws.
 */
export function loggable(value: unknown, budget: Budget, allowance: Allowance): unknown {
  return plain(value, { budget, allowance, depth: 0, above: new Set() });
}

interface Place {
  readonly budget: Budget;
  readonly allowance: Allowance;
  readonly depth: number;
  /** The objects that this one is part of: to meet one again is a circle. */
  readonly above: ReadonlySet<object>;
}

function plain(value: unknown, place: Place): unknown {
  switch (typeof value) {
    case 'string':
      return text(value, place);
    case 'number':
      // JSON would turn NaN and Infinity into null, which says something else.
      return Number.isFinite(value) ? value : String(value);
    case 'bigint':
    case 'symbol':
      return text(String(value), place);
    case 'function':
      return '[Function]';
    case 'object':
      return value === null ? null : readable(value, place);
    default:
      return value;
  }
}

function text(value: string, { budget: { chars }, allowance }: Place): string {
  if (allowance.chars <= 0) return '';
  const seen = value.slice(0, chars + SEEN_BEYOND_CHARS);
  const unseen = value.length - seen.length;
  const written = shortened(withoutSecrets(seen, REDACTED), unseen, chars);
  allowance.chars -= written.length;
  return written;
}

function shortened(seen: string, unseen: number, chars: number): string {
  if (seen.length <= chars && unseen === 0) return seen;
  // Not between the halves of one character.
  const kept = seen.slice(0, chars).replace(/[\ud800-\udbff]$/, '');
  return `${kept}…[+${seen.length - kept.length + unseen}]`;
}

function readable(value: object, place: Place): unknown {
  if (place.allowance.chars <= 0) return '';
  if (place.above.has(value)) return '[Circular]';
  if (place.depth >= place.budget.depth) return '[Depth]';
  const inside = { ...place, depth: place.depth + 1, above: new Set([...place.above, value]) };
  try {
    return structure(value, inside);
  } catch {
    return '[Unreadable]';
  }
}

function structure(value: object, place: Place): unknown {
  if (value instanceof Date) return plain(dateText(value), place);
  if (value instanceof URL) return plain(value.href, place);
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (isError(value)) return error(value, place);
  if (value instanceof Map) return entries([...value], place);
  if (Array.isArray(value) || value instanceof Set) return list([...value], place);
  return entries(
    Object.keys(value).map((key) => [key, read(value, key)]),
    place,
  );
}

function dateText(date: Date): string {
  return Number.isNaN(date.getTime()) ? 'Invalid Date' : date.toISOString();
}

/** Also an error of another realm (a worker, a vm), which `instanceof` does not know. */
function isError(value: object): value is Error {
  return value instanceof Error || Object.prototype.toString.call(value) === '[object Error]';
}

function error(thrown: Error, place: Place): unknown {
  const own = ERROR_FIELDS.map((key) => [key, read(thrown, key)] as const);
  return entries(
    [
      ['type', read(thrown, 'name')],
      ['message', read(thrown, 'message')],
      ['stack', read(thrown, 'stack')],
      ...own.filter(([, value]) => value !== undefined),
    ],
    place,
  );
}

function list(values: readonly unknown[], place: Place): unknown {
  const kept = values.slice(0, place.budget.items).map((value) => plain(value, place) ?? null);
  const left = values.length - kept.length;
  return left === 0 ? kept : [...kept, `…[+${left}]`];
}

function entries(pairs: readonly (readonly [unknown, unknown])[], place: Place): unknown {
  const kept = pairs.slice(0, place.budget.items).map(([key, value]) => {
    const isSecret = typeof key === 'string' && isSecretKey(key);
    return [String(plain(key, place)), isSecret ? hidden(value) : plain(value, place)] as const;
  });
  const left = pairs.length - kept.length;
  return Object.fromEntries(left === 0 ? kept : [...kept, ['…', `[+${left}]`]]);
}

/** What a value under a secret key becomes; that there was none is no secret. */
function hidden(value: unknown): unknown {
  return value === null || value === undefined || value === '' ? value : REDACTED;
}

/** A getter that throws spoils its own field only. */
function read(value: object, key: string): unknown {
  try {
    return Reflect.get(value, key);
  } catch {
    return '[Unreadable]';
  }
}
