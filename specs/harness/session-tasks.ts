import type { FailoverError } from '../../config/errors.ts';
import type { SessionInput } from '../../machines/session/types.ts';
import type { HeldTask } from '../../machines/tasks.ts';
import {
  heldTask,
  refusal,
  startTestSession,
  type TestSession,
  type TestSessionOptions,
} from './test-session.ts';
import { limited } from './turn-failures.ts';

/** A session whose agent is at its prompt in a conversation that nobody has used. */
export async function startReady(
  overrides: Partial<SessionInput> = {},
  options: TestSessionOptions = {},
): Promise<TestSession> {
  const t = startTestSession(overrides, options);
  if (options.byHand) t.launches.answer();
  await t.settle();
  t.says('idle');
  return t;
}

/** A session that has been given a task and whose new agent has it as an argument; unconfirmed. */
export async function startAwaiting(
  task: Partial<HeldTask> = {},
  overrides: Partial<SessionInput> = {},
): Promise<TestSession> {
  const t = await startReady(overrides);
  t.assign(task);
  await t.settle();
  t.says('idle');
  return t;
}

/** The same with its prompt pasted into the agent that was there. */
export async function startPasted(
  task: Partial<HeldTask> = {},
  overrides: Partial<SessionInput> = {},
): Promise<TestSession> {
  const t = await startReady(overrides);
  t.assign({ project: '/work', ...task });
  await t.settle();
  return t;
}

/** A session whose agent works on its task. */
export async function startRunning(
  task: Partial<HeldTask> = {},
  overrides: Partial<SessionInput> = {},
): Promise<TestSession> {
  const t = await startAwaiting(task, overrides);
  t.prompted();
  t.says('busy', { onDisk: true });
  return t;
}

/** A session with a task whose account is at its limit. */
export async function startLimited(): Promise<TestSession> {
  const t = await startRunning();
  t.ends(limited());
  return t;
}

/** An order to a healthy session, perhaps a hold after it, and this answer of its launch; and the agent that was there. */
export async function startRefused(
  order: (t: TestSession) => void,
  { code, isHeld }: { readonly code: FailoverError['code']; readonly isHeld: boolean },
) {
  const t = await startReady({}, { byHand: true });
  const { agent } = t.context();
  order(t);
  if (isHeld) t.send({ type: 'operator.hold' });
  t.launches.answer(refusal(code));
  await t.settle();
  return { t, agent };
}

/** A session that a daemon begins with a task from before. */
export async function startHolding(
  task: Partial<HeldTask>,
  overrides: Partial<SessionInput> = {},
  options: TestSessionOptions = {},
): Promise<TestSession> {
  const t = startTestSession({ task: heldTask(task), ...overrides }, options);
  await t.settle();
  return t;
}
