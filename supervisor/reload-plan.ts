/** What a config that was read again means for a daemon that runs, before anything is done. */
import { type Slot, slotsOf } from '../config/slots.ts';
import type { Config } from '../config/types.ts';

export interface ReloadPlan {
  /** The keys that are different, as they stand in the file. */
  readonly changed: readonly string[];
  /** Those of them that a running daemon cannot take over; then nothing is done. */
  readonly needRestart: readonly string[];
  /** Places that the pool has not had before. */
  readonly added: readonly Slot[];
  /** Places that it has no more: what is in them is retired. */
  readonly left: readonly Slot[];
}

/**
 * By these the daemon is found, or finds what it supervises: sessions would be left behind, or
 * whoever talks to it would.
 */
const NEED_RESTART = new Set([
  'pool.autonomous.prefix',
  'pool.autonomous.start_index',
  'tmux',
  'store.url',
  'control.listen',
  'control.token_file',
  'control.read_only',
  'state_dir',
]);

/** Compares what is in force with what is wanted now. */
export function planReload(now: Config, next: Config): ReloadPlan {
  const changed = changedKeys(now, next);
  return {
    changed,
    needRestart: changed.filter((key) => NEED_RESTART.has(key)),
    added: without(slotsOf(next), slotsOf(now)),
    left: without(slotsOf(now), slotsOf(next)),
  };
}

/** The places of `slots` whose names none of `others` has. */
export function without(slots: readonly Slot[], others: readonly Slot[]): readonly Slot[] {
  const names = new Set(others.map(({ name }) => name));
  return slots.filter(({ name }) => !names.has(name));
}

function changedKeys(now: Config, next: Config): readonly string[] {
  const before = settingsOf(now);
  const after = settingsOf(next);
  const keys = [...new Set([...before.keys(), ...after.keys()])];
  return keys.filter((key) => before.get(key) !== after.get(key));
}

/** A config as the text of each of its keys, by the names of the file. */
function settingsOf({ file, ...config }: Config): ReadonlyMap<string, string> {
  const { stateDir, control, pool } = config;
  const { min, max } = pool.autonomous;
  return new Map([
    ...leavesOf(config).map(
      // What has its place in the state directory moves with it, and is not changed by that.
      ([key, value]) => [key, asText(value).replaceAll(stateDir, '<state_dir>')] as const,
    ),
    ['state_dir', stateDir],
    ['control.listen', `${control.host}:${control.port}`],
    ['control.host', ''],
    ['control.port', ''],
    // Where it is not written, it is all of them.
    ['pool.autonomous.min', min === max ? 'max' : String(min)],
  ]);
}

/** Which of the two ways names the socket is no key of its own; what is in the others is the operator's. */
const NOT_ENTERED = new Set(['tmux', 'agent.env', 'agent.tool_guard']);

function leavesOf(value: object, path = ''): readonly (readonly [key: string, value: unknown])[] {
  return Object.entries(value).flatMap(([name, inner]) => {
    const key = `${path}${nameInFile(name)}`;
    const isEntered = isRecord(inner) && !NOT_ENTERED.has(key);
    return isEntered ? leavesOf(inner, `${key}.`) : [[key, inner] as const];
  });
}

function isRecord(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `backoffInitialMs` is `backoff_initial` in the file: a duration has its unit in its value there. */
function nameInFile(name: string): string {
  return name.replace(/Ms$/, '').replace(/[A-Z]/g, (capital) => `_${capital.toLowerCase()}`);
}

function asText(value: unknown): string {
  return JSON.stringify(value) ?? '';
}
