import type { Evidence, TaskEvidence } from './evidence.ts';
import { isDoomed, MAX_ATTEMPTS } from './plan.ts';

/** Gives what is wrong, in words; nothing when the promise was kept. */
export type Invariant = (evidence: Evidence) => readonly string[];

/** What must hold of every round, by the name under which a breach is told. */
export const INVARIANTS: Readonly<Record<string, Invariant>> = {
  'it comes to rest': ({ unrest }) => (unrest === null ? [] : [unrest]),
  'one owner': oneOwner,
  'no slot is empty': slotsFilled,
  'a task ends once': tasksEnded,
  'the operator is left alone': operatorLeftAlone,
  'no orphan goes on': orphansEnded,
  'every agent is heard': ({ unread }) => unread.map((name) => `nobody has read ${name}`),
  'one server': ({ servers }) => (servers === 1 ? [] : [`${servers} tmux servers at the socket`]),
  'no daemon ends unasked': ({ unaskedEnds }) => unaskedEnds,
  'a daemon ends when asked': ({ lastExit }) =>
    lastExit === 0 ? [] : [`asked to end, it ended with ${lastExit ?? 'a kill'}`],
  'nothing is left': ({ left }) => left,
};

/** Every breach of every invariant, as `NAME: what was seen`. */
export function judge(evidence: Evidence): readonly string[] {
  return Object.entries(INVARIANTS).flatMap(([name, invariant]) =>
    invariant(evidence).map((breach) => `${name}: ${breach}`),
  );
}

function oneOwner({ overlaps, living }: Evidence): readonly string[] {
  const seen = overlaps.map(
    ({ first, second, shared }) =>
      `agent ${second.pid} began in ${second.session} while ${first.pid} lived in ${first.session}: same ${shared.join(' and ')}`,
  );
  const doubled = living.filter(
    ({ pid, conversation }) =>
      conversation !== null &&
      living.some((other) => other.pid !== pid && other.conversation === conversation),
  );
  return [...seen, ...doubled.map(({ pid, conversation }) => `${pid} shares ${conversation}`)];
}

/** One living agent in the pane of each slot and nowhere else, unless the session is failed with a reason. */
function slotsFilled({ slots, living, panes, saidSessions }: Evidence): readonly string[] {
  const ofNoSlot = living.filter(({ session }) => !slots.includes(session));
  return [
    ...ofNoSlot.map(({ pid, session }) => `agent ${pid} lives in ${session}, outside the range`),
    ...slots.flatMap((slot) => {
      const agents = living.filter(({ session }) => session === slot).map(({ pid }) => pid);
      const said = saidSessions.find(({ name }) => name === slot);
      const pids = panes.filter((pane) => pane.session === slot && !pane.isDead);
      const isFilled = agents.length === 1 && pids.length === 1 && pids[0]?.pid === agents[0];
      if (isFilled && said?.pid === agents[0]) return [];
      const shown = pids.map(({ pid }) => pid).join(' and ') || 'nothing';
      return [
        `${slot} has agents ${agents.join(' and ') || 'none'}, tmux shows ${shown}, and the daemon says ${said?.state}, ${said?.pid}, ${said?.reason}`,
      ];
    }),
  ];
}

function tasksEnded({ tasks }: Evidence): readonly string[] {
  return tasks.flatMap((task) =>
    breachesOf(task).map((breach) => `${task.id} (${task.chore}): ${breach}`),
  );
}

function breachesOf(task: TaskEvidence): readonly string[] {
  const { answers, conversations, saidState, saidAttempts } = task;
  const wanted = isDoomed(task) ? 'dead' : 'done';
  const answersWanted = isDoomed(task) ? 0 : 1;
  return [
    saidState !== wanted && `it is said to be ${saidState}, not ${wanted}`,
    answers !== answersWanted && `it was answered ${answers} times, not ${answersWanted}`,
    conversations > 1 && `it was asked in ${conversations} conversations`,
    saidAttempts > MAX_ATTEMPTS && `${saidAttempts} attempts, and ${MAX_ATTEMPTS} are allowed`,
  ].filter((breach) => breach !== false);
}

function operatorLeftAlone({ operator }: Evidence): readonly string[] {
  const received = operator.disturbed.map((name) => `${name} has received something`);
  return operator.isChanged ? ['sessions or options have changed', ...received] : received;
}

function orphansEnded({ children }: Evidence): readonly string[] {
  return children
    .filter(({ isOfTheLiving }) => !isOfTheLiving)
    .map(({ pid, command }) => `process ${pid} has outlived its agent: ${command}`);
}
