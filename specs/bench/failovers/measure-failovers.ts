import type { Chance } from '../chance.ts';
import type { ComparedTable } from '../compared.ts';
import type { FailoverCounts } from '../options.ts';
import { isRealClientThere } from '../real-client-there.ts';
import { tearDown } from '../tear-down.ts';
import { type FalseMoves, measureFalseMoves } from './false-moves.ts';
import { demoSwitching, realSwitching } from './switch-pools.ts';
import { measureSwitches } from './switches.ts';

export interface FailoverMeasuring {
  readonly counts: FailoverCounts;
  readonly chance: Chance;
  readonly say: (text: string) => void;
}

export interface FailoverResults {
  readonly failovers: readonly ComparedTable[];
  /** Empty when the real client is not installed. */
  readonly falseMoves: readonly FalseMoves[];
}

/** All about failovers, one after the other; nothing that one has started is there any more for the next. */
export async function measureFailovers({
  counts: { demo, real, traps },
  chance,
  say,
}: FailoverMeasuring): Promise<FailoverResults> {
  say(`failovers: ${demo} of demo agents …`);
  const demos = await measureSwitches(demoSwitching(demo), chance);
  await tearDown();
  if (!isRealClientThere()) {
    say('failovers: the real client is not installed (npm run client:install): left out');
    return { failovers: [demos], falseMoves: [] };
  }
  say(`failovers: ${real} of real clients …`);
  const reals = await measureSwitches(await realSwitching(real), chance);
  await tearDown();
  say(`failovers: ${traps} of each kind of turn that only looks like a limit …`);
  const falseMoves = await measureFalseMoves(traps);
  await tearDown();
  return { failovers: [demos, reals], falseMoves };
}
