import type { Chance } from '../chance.ts';
import type { ComparedTable } from '../compared.ts';
import type { TaskCounts } from '../options.ts';
import { isRealClientThere } from '../real-client-there.ts';
import { tearDown } from '../tear-down.ts';
import { measureAccepting } from './accepting.ts';
import { measureCommands } from './commands.ts';
import { measureDeliveries } from './deliveries.ts';
import { demoDelivering, demoTurning, realDelivering, realTurning } from './task-pools.ts';
import { measureTurns } from './turns.ts';

export interface TaskMeasuring {
  readonly counts: TaskCounts;
  readonly chance: Chance;
  readonly say: (text: string) => void;
}

/** All about tasks, one after the other; nothing that one has started is there any more for the next. */
export async function measureTasks({ counts, chance, say }: TaskMeasuring) {
  const tables: ComparedTable[] = [];
  const measure = async (
    what: string,
    part: () => Promise<ComparedTable | readonly ComparedTable[]>,
  ) => {
    say(`tasks: ${what} …`);
    tables.push(...[await part()].flat());
    await tearDown();
  };
  const { adds, commands, turns, demo, real } = counts;
  await measure(`${adds} accepted and claimed`, () => measureAccepting(adds));
  await measure(`${commands} by command`, () => measureCommands(commands));
  await measure(`${turns} turns of demo agents`, () => measureTurns(demoTurning(turns, chance)));
  await measure(`2 × ${demo} to demo agents each way`, () =>
    measureDeliveries(demoDelivering(demo), chance),
  );
  if (!isRealClientThere()) {
    say('tasks: the real client is not installed (npm run client:install): left out');
    return tables;
  }
  await measure(`${real} turns of real clients`, async () =>
    measureTurns(await realTurning(real, chance)),
  );
  await measure(`2 × ${real} to real clients each way`, async () =>
    measureDeliveries(await realDelivering(real), chance),
  );
  return tables;
}
