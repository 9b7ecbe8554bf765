import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import type { SessionStart } from '../../machines/session/types.ts';
import { planBoot } from '../../supervisor/boot-plan.ts';
import { openRealPlace, type RealPlace } from '../harness/real-place.ts';
import { type RealSession, startRealSession } from '../harness/real-session.ts';
import { bringAbout, REAL_STEPS, rename } from '../harness/real-session-steps.ts';
import { realWays, type Way } from '../harness/real-session-ways.ts';
import { modelViewOf, visible } from '../harness/session-driver.ts';
import { nextState } from '../harness/session-model.ts';
import { MODEL_EVENTS, type ModelEvent } from '../harness/session-model-events.ts';
import { FIRST_STATE, type ModelState } from '../harness/session-model-state.ts';
import { declaredTransitions, transitionRecorder } from '../harness/session-transitions.ts';
import { until } from '../harness/until.ts';

/** Each on a tmux server of its own. */
const AT_ONCE = 3;
const UPDATE = 'CLAUDE_FAILOVER_SPEC_UPDATE';
const PAPER = new URL('session-real.md', import.meta.url);

/** What nothing outside the daemon can bring about, and why. */
const OUT_OF_REACH: Readonly<Record<string, string>> = {
  'idle.blocked.waiting on error (1) → itself':
    'Whether a process lives is read from /proc, which does not fail: the wait for its end only ends with it.',
  'failed on error (1) → itself': 'For the same reason.',
  'failed on error of effect 2 (1) → itself':
    'tmux would have to fall silent between the last start and the look before its agent is ended.',
  'idle.moving.ending on error (2) → failed':
    'SIGKILL ends every process that does not hang in the kernel, and no spec can have one hang there.',
  'working.moving.ending on error (2) → failed': 'For the same reason.',
};

/** What is not staged, and why. */
const NOT_STAGED: { readonly [E in ModelEvent]?: string } = {
  'an earlier one dies': 'A reconcile tells only of agents that the session believes alive.',
  'the leaving one dies': 'For the same reason.',
  'launch finds a limit':
    'A launch goes on with a turn that ended at a limit: there is another account now.',
  'it cannot be ended': 'No spec can have a process hang in the kernel.',
  'file says nothing': 'It leads nowhere, as an agent that says nothing yet.',
};

const recorder = transitionRecorder();

test('every event of the model is staged, or it is said why not', () => {
  const missing = MODEL_EVENTS.filter((event) => REAL_STEPS[event] === undefined);
  expect([...missing].sort()).toEqual(Object.keys(NOT_STAGED).sort());
});

async function waysOnPaper(): Promise<readonly Way[]> {
  if (process.env[UPDATE]) writeFileSync(PAPER, paperOf(await realWays()));
  const lines = readFileSync(PAPER, 'utf8').split('\n');
  return lines
    .filter((line) => line.startsWith('- '))
    .map((line) => line.slice(2).split(' → ') as ModelEvent[]);
}

function paperOf(ways: readonly Way[]): string {
  const head = `# Ways of a real session

Made by \`specs/harness/real-session-ways.ts\` from the model of a session: together they take every transition of its
machine that can be brought about from outside. \`specs/model/session-real.test.ts\` goes them with the real effects, on real
tmux, with the demo agent, and fails when a transition is left out. After a change that is meant:
\`${UPDATE}=1 npm run spec -- specs/model/session-real\`.`;
  return `${head}\n\n${ways.map((way) => `- ${way.join(' → ')}`).join('\n')}\n`;
}

test('real sessions on real tmux go where the model goes, on ways that take every transition', async () => {
  const ways = await waysOnPaper();
  const names = ways.map((_, i) => `real-${i}`);
  const places = await Promise.all(Array.from({ length: AT_ONCE }, () => openRealPlace(names)));
  const left = ways.entries();
  const differences: unknown[] = [];
  const goAll = async (place: RealPlace) => {
    for (const [i, way] of left) {
      const s = startRealSession(place, `real-${i}`, recorder.inspect);
      await go(s, way).catch((error: Error) => differences.push({ way, why: error.message }));
      await s.stop();
    }
  };
  await Promise.all(places.map(goAll));
  expect(differences).toEqual([]);
}, 600_000);

interface Beginning {
  readonly way: Way;
  /** What happens while no daemon runs. */
  readonly meanwhile?: (s: RealSession) => void;
  readonly where: string;
}

const BEGINNINGS: readonly (readonly [SessionStart['kind'], Beginning])[] = [
  ['adopt', { way: ['launch succeeds', 'says idle'], where: 'booting' }],
  [
    'died',
    {
      way: ['launch succeeds', 'says idle'],
      meanwhile: (s) => void process.kill(s.agentOf().pid, 'SIGKILL'),
      where: 'backingOff',
    },
  ],
  ['renamed', { way: ['launch succeeds', 'says idle'], meanwhile: rename, where: 'launching' }],
  ['blocked', { way: ['name is taken'], where: 'blocked' }],
  ['held', { way: ['launch succeeds', 'says idle', 'hold'], where: 'held' }],
  ['failed', { way: ['launch is hopeless'], where: 'failed' }],
];

test.each(BEGINNINGS)(
  'what the next daemon finds on real tmux as %s begins there',
  async (kind, { way, meanwhile, where }) => {
    const place = await openRealPlace(['real']);
    const before = startRealSession(place, 'real', recorder.inspect);
    await go(before, way);
    const facts = before.t.facts() ?? null;
    before.t.root.stop();
    meanwhile?.(before);
    const start = await until(
      async () => {
        const observation = await place.tmux.observe(['real']);
        if (observation.kind === 'unknown') return null;
        const plan = planBoot(before.slot, facts, observation);
        return plan.kind === kind ? plan : null;
      },
      { withinMs: 5000, what: `a session that is found as ${kind}` },
    );
    const s = startRealSession(place, 'real', recorder.inspect, { facts, start });
    await s.t.settle();
    expect(s.t.where()).toBe(where);
    await s.stop();
    await before.stop();
  },
);

test('every transition that can be brought about was taken by a real session', () => {
  const declared = declaredTransitions();
  expect(declared.filter((one) => !recorder.taken.has(one)).sort()).toEqual(
    Object.keys(OUT_OF_REACH).sort(),
  );
});

/** Lets all of it come about; fails where the session goes another way than the model. */
async function go(s: RealSession, way: Way): Promise<void> {
  await s.t.settle();
  let state = FIRST_STATE;
  for (const [i, event] of way.entries()) {
    s.ahead = way.slice(i + 1);
    await bringAbout(s, event);
    await s.t.settle();
    state = nextState(state, event);
    const after = way.slice(0, i + 1).join(', ');
    expect({ after, ...known(modelViewOf(s.t)) }).toEqual({ after, ...known(visible(state)) });
  }
}

type Known = Pick<
  ModelState,
  'where' | 'held' | 'halted' | 'agent' | 'leaving' | 'account' | 'task' | 'attempts' | 'parting'
>;

/** What the world decides; how its client came to say so is its own affair. */
function known({
  where,
  held,
  halted,
  agent,
  leaving,
  account,
  task,
  attempts,
  parting,
}: Known): Known {
  return { where, held, halted, agent, leaving, account, task, attempts, parting };
}
