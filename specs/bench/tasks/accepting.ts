import { join } from 'node:path';
import { openDaemonStore } from '../../../actors/store/open-daemon-store.ts';
import { openTaskBook } from '../../../actors/store/open-task-book.ts';
import { newTask, TASK_LIMITS } from '../../harness/new-task.ts';
import { tempDir } from '../../harness/temp-dir.ts';
import { type ComparedTable, compared, NONE_MISSED } from '../compared.ts';
import { monotonicMs } from '../monotonic.ts';
import { markTask, putTask } from './inbox.ts';

const PER_ROUND = 50;
const TEXT = 'Find out why the nightly build is red, mend it, and run all of its tests. '.repeat(4);
const SYNCED = { synced: true };

interface Times {
  readonly added: number[];
  readonly put: number[];
  readonly putUnsynced: number[];
  readonly claimed: number[];
  readonly marked: number[];
}

/** Tasks accepted and claimed in one process, in turns with files in an inbox. */
export async function measureAccepting(count: number): Promise<ComparedTable> {
  const place = { file: join(tempDir(), 'state', 'facts.db'), inbox: tempDir(), fast: tempDir() };
  const times: Times = { added: [], put: [], putUnsynced: [], claimed: [], marked: [] };
  const ids = await acceptAll(place, count, times);
  await claimAll(place, ids, times);
  return {
    title: 'In one process',
    usual: 'files',
    rows: [
      compared('accepted | file, synced', times.added, times.put),
      compared('accepted | file, not synced', times.added, times.putUnsynced),
      compared('claimed | marker, synced', times.claimed, times.marked),
    ],
    missed: NONE_MISSED,
  };
}

interface Place {
  readonly file: string;
  readonly inbox: string;
  readonly fast: string;
}

async function acceptAll(place: Place, count: number, times: Times): Promise<readonly string[]> {
  const book = await openTaskBook({ file: place.file });
  const ids: string[] = [];
  for (let round = 0; ids.length < count; round += 1) {
    const names = Array.from({ length: Math.min(PER_ROUND, count - ids.length) }, (_, i) =>
      String(round * PER_ROUND + i),
    );
    for (const _ of names) {
      const { id } = await timed(times.added, () => book.add(newTask({ text: TEXT })));
      ids.push(id);
    }
    for (const name of names)
      await timed(times.put, () => putTask(place.inbox, name, TEXT, SYNCED));
    for (const name of names)
      await timed(times.putUnsynced, () => putTask(place.fast, name, TEXT, { synced: false }));
  }
  await book.close();
  return ids;
}

/** Each by a session that has just completed the one before. */
async function claimAll(place: Place, ids: readonly string[], times: Times): Promise<void> {
  const { file } = place;
  const limits = { ...TASK_LIMITS };
  const store = await openDaemonStore({ file, scope: '/s', fenceKey: 'bench', tasks: limits });
  for (const [n, id] of ids.entries()) {
    const held = await timed(times.claimed, () => store.tasks.claim(id, 'pool-0'));
    if (held === null) throw new Error(`${id} was not claimed`);
    await store.tasks.complete(held, 'done');
    await timed(times.marked, () => markTask(place.inbox, String(n), 'pool-0', SYNCED));
  }
  await store.facts.close();
}

async function timed<T>(times: number[], act: () => T | Promise<T>): Promise<T> {
  const begunMs = monotonicMs();
  const answer = await act();
  times.push(monotonicMs() - begunMs);
  return answer;
}
