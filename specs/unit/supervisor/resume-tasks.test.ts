import { expect, test } from '@jest/globals';
import type { FactStore } from '../../../machines/ports.ts';
import type { Signal } from '../../../machines/signals.ts';
import type { TaskReport } from '../../../machines/tasks.ts';
import { resumeTasks } from '../../../supervisor/resume-tasks.ts';
import { failoverFacts, sessionTrouble } from '../../harness/account-facts.ts';
import { sessionFacts } from '../../harness/facts.ts';
import { heldTask, TASK } from '../../harness/test-session.ts';

const PROMPTED: Signal = { session: 'a', at: 1, conversation: 'c', kind: 'prompted', task: TASK };

async function resume(
  held: ReturnType<typeof heldTask>,
  signals: readonly Signal[],
  store: Partial<Pick<FactStore, 'sessions' | 'openFailovers'>> = {},
) {
  const heard: TaskReport[] = [];
  const asked: unknown[] = [];
  const resumed = await resumeTasks(
    {
      tasks: {
        renew: async (sessions) => {
          asked.push(sessions);
          return [];
        },
        held: async () => {
          asked.push('held');
          return new Map([
            ['a', held],
            ['another range', heldTask()],
          ] as const);
        },
      },
      signals: { pending: async () => signals },
      store: { sessions: async () => [], openFailovers: async () => [], ...store },
      hear: (report) => void heard.push(report),
    },
    ['a', 'b'],
  );
  return { resumed, heard, asked };
}

test('the tasks of our own sessions are resumed, those of other ranges are not ours', async () => {
  const { resumed, heard } = await resume(heldTask(), []);
  expect([...resumed]).toEqual([['a', { task: heldTask(), ended: null, isCounted: false }]]);
  expect(heard).toEqual([]);
});

test('that a prompt was taken while no daemon ran is stored: the session that begins with it will not tell', async () => {
  const { resumed, heard } = await resume(heldTask({ fence: 5 }), [PROMPTED]);
  expect(resumed.get('a')?.task).toMatchObject({ confirmed: true, conversation: 'c', attempts: 1 });
  const news = { kind: 'confirmed', conversation: 'c', counts: true };
  expect(heard).toEqual([{ session: 'a', lease: { id: TASK, fence: 5 }, news }]);
});

test('what the store knows is not stored again', async () => {
  const known = heldTask({ confirmed: true, conversation: 'c', attempts: 1 });
  expect((await resume(known, [PROMPTED])).heard).toEqual([]);
});

test('leases that ran out while no daemon ran are renewed before they are counted on: another daemon may be about to reap them', async () => {
  expect((await resume(heldTask(), [])).asked).toEqual([['a', 'b'], 'held']);
});

/** A task that has begun in its conversation, and whose next agent is not known to have taken it. */
const begun = heldTask({ conversation: 'c', attempts: 1 });

test.each<readonly [string, Partial<Pick<FactStore, 'sessions' | 'openFailovers'>>, boolean]>([
  ['whose turn ended in trouble, which nothing shows to be over', troubled({}), true],
  ['whose trouble is over, as it leaves its account', leaving({}), true],
  ['whose trouble is over', troubled({ isOver: true }), false],
  ['that leaves for another reason', leaving({ reason: 'unavailable' }), false],
  [
    'whose session left its account with another conversation',
    leaving({ conversation: 'd' }),
    false,
  ],
])(
  'a task %s counts once or not, whoever has heard that it was taken again',
  async (_, store, isCounted) => {
    const { resumed, heard } = await resume(begun, [PROMPTED], store);
    expect(heard).toMatchObject([{ news: { kind: 'confirmed', counts: !isCounted } }]);
    const attempts = isCounted ? 1 : 2;
    expect(resumed.get('a')).toMatchObject({ isCounted, task: { confirmed: true, attempts } });
    expect((await resume(begun, [], store)).resumed.get('a')).toMatchObject({
      isCounted,
      task: { confirmed: false, attempts: 1 },
    });
  },
);

function troubled(trouble: Parameters<typeof sessionTrouble>[0]) {
  const facts = sessionFacts({ name: 'a', conversation: 'c', trouble: sessionTrouble(trouble) });
  return { sessions: async () => [facts] };
}

function leaving(failover: Parameters<typeof failoverFacts>[0]) {
  const facts = failoverFacts({ session: 'a', conversation: 'c', step: 'resuming', ...failover });
  return { openFailovers: async () => [facts] };
}
