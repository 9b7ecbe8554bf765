import { expect, test } from '@jest/globals';
import type { Signal } from '../../../machines/signals.ts';
import type { HeldTask } from '../../../machines/tasks.ts';
import { foldSignals } from '../../../supervisor/fold-signals.ts';
import { heldTask } from '../../harness/test-session.ts';

type Said = Signal extends infer One
  ? One extends Signal
    ? Omit<One, 'session' | 'at'>
    : never
  : never;

const DONE = { kind: 'done', result: 'fixed' } as const;

const prompted = (task: string | null, conversation = 'c'): Said => ({
  kind: 'prompted',
  conversation,
  task,
});
const stopped = (background = 0, conversation = 'c'): Said => ({
  kind: 'stopped',
  conversation,
  result: 'fixed',
  background,
});
const failed = (error: string, message: string): Said => ({
  kind: 'failed',
  conversation: 'c',
  error,
  message,
  prompt: 'p',
});
const OVERLOADED = failed('server_error', 'API Error: 529 Overloaded');
const LIMITED = failed('rate_limit', "You've hit your session limit · resets 8:13am (UTC)");
const SIGNED_OUT = failed('authentication_failed', 'Please run /login · API Error: 401');
const THROTTLED = failed('rate_limit', 'API Error: Server is temporarily limiting requests');

/** What is known of the task of `s` after its agent said this. */
function fold(task: HeldTask, ...said: readonly Said[]) {
  const signals = said.map((one, at) => ({ ...one, session: 's', at }) as Signal);
  return foldSignals(new Map([['s', task]]), signals).get('s');
}

const delivered = heldTask({ id: 't_1' });
const confirmed = heldTask({ id: 't_1', confirmed: true, conversation: 'c', attempts: 1 });

test('without signals a task is as the store knows it', () => {
  expect(fold(delivered)).toEqual({ task: delivered, ended: null });
});

test('a prompt that was taken while nobody listened is confirmed, and is an attempt', () => {
  expect(fold(delivered, prompted('t_1'))).toEqual({ task: confirmed, ended: null });
  expect(fold(confirmed, prompted('t_1'))).toEqual({ task: confirmed, ended: null });
});

test('a turn that ended while nobody listened has ended', () => {
  expect(fold(delivered, prompted('t_1'), stopped())).toEqual({ task: confirmed, ended: DONE });
  expect(fold(confirmed, stopped())?.ended).toEqual(DONE);
  expect(fold(confirmed, prompted('t_1'), OVERLOADED)?.ended).toEqual({
    kind: 'failed',
    error: 'server_error',
    message: 'API Error: 529 Overloaded',
    status: null,
    at: 1,
    prompt: 'p',
    source: 'signal',
  });
  expect(fold(confirmed, THROTTLED)?.ended).toMatchObject({ kind: 'failed' });
});

test.each<readonly [string, HeldTask, readonly Said[]]>([
  ['work that goes on in the background', confirmed, [stopped(1)]],
  ['an end from before it was given', delivered, [stopped(), prompted('t_1')]],
  ['an end without a prompt', delivered, [stopped()]],
  ['the prompt of another task', delivered, [prompted('t_2'), stopped()]],
  ['a person`s prompt', delivered, [prompted(null), stopped()]],
  ['the end of a turn in another conversation', confirmed, [stopped(0, 'other')]],
  ['an end after which a person went on', confirmed, [stopped(), prompted(null)]],
  ['a limit of its account, for which it goes on elsewhere', confirmed, [LIMITED]],
  ['a login that works no more', confirmed, [SIGNED_OUT]],
  ['a limit that is told again', confirmed, [LIMITED, LIMITED]],
  ['an end after which it was resumed', confirmed, [stopped(), prompted('t_1')]],
])('%s ends nothing', (_, task, said) => {
  expect(fold(task, ...said)?.ended).toBeNull();
});

test('a turn that met a limit, went on and ended while nobody listened has ended', () => {
  expect(fold(confirmed, LIMITED, prompted('t_1'), stopped())?.ended).toEqual(DONE);
  expect(fold(confirmed, prompted('t_1'), LIMITED)).toEqual({ task: confirmed, ended: null });
});

test('what another session`s agent says is not heard', () => {
  const signal = { ...stopped(), session: 'other', at: 1 } as Signal;
  expect(foldSignals(new Map([['s', confirmed]]), [signal]).get('s')?.ended).toBeNull();
});

test('a session without a task has nothing to be told', () => {
  const signal = { ...prompted('t_1'), session: 's', at: 1 } as Signal;
  expect(foldSignals(new Map(), [signal]).size).toBe(0);
});
