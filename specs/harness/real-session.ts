import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { types } from 'node:util';
import type { InspectionEvent } from 'xstate';
import type { DeliverParts } from '../../actors/deliver/look.ts';
import { pasteTask } from '../../actors/deliver/paste-task.ts';
import { pressAgain } from '../../actors/deliver/press-enter.ts';
import { adoptSession } from '../../actors/launch/adopt-session.ts';
import { endSession } from '../../actors/launch/end-session.ts';
import { type LaunchParts, launchAgent } from '../../actors/launch/launch-agent.ts';
import { type GoneParts, untilGone } from '../../actors/process/until-gone.ts';
import type { AgentStatus, ProcessIdentity } from '../../machines/ports.ts';
import type { SessionInput } from '../../machines/session/types.ts';
import type { Signal } from '../../machines/signals.ts';
import { beliefOf } from '../../supervisor/belief.ts';
import { type Action, planReconcile } from '../../supervisor/reconcile.ts';
import { eventFor } from '../../supervisor/reconcile-events.ts';
import { type RealPlace, workdirIn } from './real-place.ts';
import { startDrivenSession } from './session-driver.ts';
import type { ModelEvent } from './session-model-events.ts';
import { until } from './until.ts';

export type RealSession = ReturnType<typeof startRealSession>;

const WITHIN_MS = 15_000;
export const TASK_ID = `t_${'0'.repeat(26)}`;
const LONG = 'x'.repeat(110_000);

/**
 * A session machine whose effects are carried out for real, each when the test asks for its outcome; and which is
 * told only what has really happened, each thing when the test says so. Time alone is simulated.
 */
export function startRealSession(
  place: RealPlace,
  name: string,
  inspect: (event: InspectionEvent) => void,
  overrides: Partial<SessionInput> = {},
) {
  const workdir = workdirIn(place, name);
  const chance = {
    clock: { now: Date.now, monotonicMs: () => performance.now(), bootId: 'boot' },
    random: () => 0.5,
    newId: randomUUID,
  };
  const slot = { name, kind: 'autonomous', index: 0, workdir, account: null } as const;
  const t = startDrivenSession({ inspect }, { slot, chance, ...overrides });
  const agents: ProcessIdentity[] = [];
  const over = new AbortController();
  let goes = 0;
  const self = {
    t,
    name,
    place,
    slot,
    workdir,
    /** What is still to come of the way that it goes. */
    ahead: [] as readonly ModelEvent[],
    isLong: false,
    /** Somebody empties its input box before its prompt is sent off. */
    isEmptied: false,
    /** What it has said, and is to be heard after its end. */
    late: null as Signal | null,
    /** Turns with this prompt go on until `letTurnsEnd`. */
    turn: () => `[[demo:until ${goFile()}]]`,
    letTurnsEnd: () => {
      writeFileSync(goFile(), '');
      goes += 1;
    },
    /** A person takes away what is about to be sent off. */
    empty: async () => {
      self.isEmptied = false;
      const hasDraft = async () => (await place.tmux.presence([name])).get(name)?.hasDraft === true;
      await until(hasDraft, { withinMs: WITHIN_MS, what: `a draft in ${name}` });
      place.server.run('send-keys', '-t', `=${name}:`, 'Escape');
      await until(async () => !(await hasDraft()), { withinMs: WITHIN_MS, what: 'no draft' });
    },
    note: (...seen: readonly (ProcessIdentity | null)[]) => {
      for (const one of seen) if (one !== null) agents.push(one);
    },
  };
  const goFile = () => join(place.dir, `go-${name}-${goes}`);
  const parts: LaunchParts & DeliverParts & GoneParts = {
    ...place,
    store: { noteIntent: async () => {} },
    textOf: async () => (self.isLong ? `${LONG} ${self.turn()}` : self.turn()),
    get resumePrompt() {
      return self.turn();
    },
    onQuarantined: () => {},
    onInOrder: () => {},
    isUsable: () => true,
    sleep: async (ms, aborted) => {
      if (self.isEmptied) await self.empty();
      await place.sleep(ms, aborted);
    },
    graceMs: 2000,
    now: Date.now,
  };
  const { signal } = over;
  const effects = {
    launches: effect(t.launches, (asked) => launchAgent(parts, asked)),
    adoptions: effect(t.adoptions, (asked) => adoptSession(parts, asked)),
    endings: effect(t.endings, (process) => endSession(parts, { session: name, process })),
    pastes: effect(t.pastes, (asked) => pasteTask(parts, asked, signal)),
    presses: effect(t.presses, (asked) => pressAgain(parts, asked, signal)),
    gone: effect(t.gone, (process) => untilGone(parts, process, signal)),
    looks: effect(t.looks, ({ conversation, task }) => place.agent.turnOf(conversation, task)),
    readings: effect(t.readings, async ({ agent }) => {
      const status = agent && (await place.agent.status(agent));
      return status && { status, hasTranscript: await hasTranscript(status) };
    }),
  };
  const hasTranscript = ({ conversation }: AgentStatus) => place.agent.hasTranscript(conversation);
  return Object.assign(self, {
    effects,
    hasTranscript,
    /** The agent that lives in it, or should: its own, or the one that is to make room. */
    agentOf: (): ProcessIdentity => {
      const { agent, previous } = t.context();
      const one = agent ?? previous;
      if (one === null) throw new Error('it has no agent');
      return one;
    },
    /** What its agent says, once it says something; `satisfies`: once it says that. */
    status: (one: ProcessIdentity, satisfies: (status: AgentStatus) => boolean = () => true) =>
      until(
        async () => {
          const status = await place.agent.status(one);
          return status && satisfies(status) ? status : null;
        },
        { withinMs: WITHIN_MS, what: `a status of ${one.pid}` },
      ),
    /** The first signal of this kind, of those since `from`. */
    signal: <K extends Signal['kind']>(kind: K, from: number, fits = (_: Of<K>) => true) =>
      until(
        () =>
          place.heard
            .slice(from)
            .find(
              (one): one is Of<K> =>
                one.session === name && one.kind === kind && fits(one as Of<K>),
            ),
        { withinMs: WITHIN_MS, what: `a signal "${kind}" of ${name}` },
      ),
    /** Compares what it believes with what tmux shows, until this has come out, and tells it. */
    reconcile: async (
      kind: Action['kind'],
      overrides: Partial<ReturnType<typeof beliefOf>> = {},
    ) => {
      const belief = beliefOf(t.snapshot());
      // It was asked for before the launch that runs.
      const phase = belief.phase === 'launching' ? 'settled' : belief.phase;
      const beliefs = [{ ...belief, phase, ...overrides }];
      const action = await until(
        async () =>
          planReconcile(beliefs, await place.tmux.observe([name])).find((one) => one.kind === kind),
        { withinMs: WITHIN_MS, what: `${name} to be seen ${kind}` },
      );
      if (action.kind === 'found') self.note(action.pane.agent);
      t.send(eventFor(action));
    },
    /** Whether tmux shows an agent of ours that lives in it. */
    hasAgent: async () => {
      const seen = await place.tmux.observe([name]);
      return seen.kind !== 'seen' || seen.sessions.some(({ pane }) => pane?.state === 'alive');
    },
    has: () => namesIn(place).includes(name),
    press: (key: string) => void place.server.run('send-keys', '-t', `=${name}:`, key),
    /** Types as a person does who is at the session. */
    type: async (text: string) => {
      place.server.run('send-keys', '-t', `=${name}:`, '-l', text);
      const shown = () => place.server.run('capture-pane', '-p', '-J', '-t', `=${name}:`);
      const last = text.slice(-12);
      await until(() => shown().includes(last), {
        withinMs: WITHIN_MS,
        what: `"${last}" on the screen`,
      });
    },
    stop: async () => {
      t.root.stop();
      over.abort();
      self.note(t.context().agent, t.context().previous);
      self.letTurnsEnd();
      for (const one of agents) await place.processes.end(one, 0);
      for (const other of sessionsOf(place, name))
        place.server.run('kill-session', '-t', `=${other}`);
    },
  });
}

type Of<K extends Signal['kind']> = Extract<Signal, { kind: K }>;

interface Played<Asked, Answer> {
  readonly asked: readonly Asked[];
  answer(outcome?: Answer | Error): void;
}

/** Carries out the effect that was asked for last, once. */
function effect<Asked, Answer>(
  played: Played<Asked, Answer>,
  carryOut: (asked: Asked) => Promise<Answer>,
) {
  let outcome: Promise<Answer | Error> | null = null;
  let of = 0;
  const run = (): Promise<Answer | Error> => {
    const asked = played.asked.at(-1);
    if (asked === undefined) throw new Error('nothing was asked for');
    if (outcome !== null && of === played.asked.length) return outcome;
    of = played.asked.length;
    outcome = carryOut(asked).catch((error: Error) => error);
    return outcome;
  };
  return {
    asked: () => played.asked.at(-1),
    run,
    /** It has come about, and the machine is told. */
    succeeds: async (): Promise<Answer> => {
      const answer = await run();
      if (isError(answer)) throw new Error(`it failed: ${answer}`, { cause: answer });
      played.answer(answer);
      return answer;
    },
    /** It has failed, with one of these codes. */
    fails: async (...codes: readonly string[]): Promise<void> => {
      const answer = await run();
      if (!isError(answer)) throw new Error(`it did not fail, but ${JSON.stringify(answer)}`);
      const { message } = answer;
      const code = (answer as Error & { readonly code?: string }).code ?? message;
      if (!codes.includes(code)) throw new Error(`it failed with ${code}: ${message}`);
      // Those of Node are not of the realm that a spec runs in.
      played.answer(answer instanceof Error ? answer : new Error(message));
    },
  };
}

/** Those of Node are not of the realm that a spec runs in. */
function isError(answer: unknown): answer is Error {
  return types.isNativeError(answer);
}

function sessionsOf(place: RealPlace, name: string): readonly string[] {
  return namesIn(place).filter((one) => one === name || one.startsWith(`${name}-`));
}

function namesIn({ server }: RealPlace): readonly string[] {
  return server.run('list-sessions', '-F', '#{session_name}').split('\n');
}
