import { expect, test } from '@jest/globals';
import type { Signal } from '../../../machines/signals.ts';
import type { TaskReport } from '../../../machines/tasks.ts';
import { resumeTasks } from '../../../supervisor/resume-tasks.ts';
import { heldTask, TASK } from '../../harness/test-session.ts';

const PROMPTED: Signal = { session: 'a', at: 1, conversation: 'c', kind: 'prompted', task: TASK };

async function resume(held: ReturnType<typeof heldTask>, signals: readonly Signal[]) {
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
      hear: (report) => void heard.push(report),
    },
    ['a', 'b'],
  );
  return { resumed, heard, asked };
}

test('the tasks of our own sessions are resumed, those of other ranges are not ours', async () => {
  const { resumed, heard } = await resume(heldTask(), []);
  expect([...resumed]).toEqual([['a', { task: heldTask(), ended: null }]]);
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
