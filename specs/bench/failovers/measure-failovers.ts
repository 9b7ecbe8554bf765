import type { Chance } from '../chance.ts';
import type { ComparedTable } from '../compared.ts';
import type { FailoverCounts } from '../options.ts';
import { isRealClientThere } from '../real-client-there.ts';
import { tearDown } from '../tear-down.ts';
import { demoSwitching, realSwitching } from './switch-pools.ts';
import { measureSwitches } from './switches.ts';

export interface FailoverMeasuring {
  readonly counts: FailoverCounts;
  readonly chance: Chance;
  readonly say: (text: string) => void;
}

/** All about failovers, one after the other; nothing that one has started is there any more for the next. */
export async function measureFailovers({
  counts: { demo, real },
  chance,
  say,
}: FailoverMeasuring): Promise<readonly ComparedTable[]> {
  say(`failovers: ${demo} of demo agents …`);
  const demos = await measureSwitches(demoSwitching(demo), chance);
  await tearDown();
  if (!isRealClientThere()) {
    say('failovers: the real client is not installed (npm run client:install): left out');
    return [demos];
  }
  say(`failovers: ${real} of real clients …`);
  const reals = await measureSwitches(await realSwitching(real), chance);
  await tearDown();
  return [demos, reals];
}
