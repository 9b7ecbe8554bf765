import { reachDaemon } from '../daemon-reach.ts';
import { EXIT } from '../exit-codes.ts';
import { sessionTable } from '../format/session-table.ts';
import { storedNote } from '../format/session-words.ts';
import { poolStatus } from '../pool-status.ts';
import { type CliWorld, type JsonOptions, pageStyleOf } from '../world.ts';

/** The sessions of the pool, lowest index first. */
export async function sessionList(world: CliWorld, options: JsonOptions): Promise<number> {
  const report = await poolStatus(world, await reachDaemon(world, options));
  if (options.json) {
    world.terminal.print(JSON.stringify(report.sessions));
    return EXIT.OK;
  }
  if (report.daemon.state === 'down') {
    world.terminal.say(`no daemon runs: ${storedNote(report.sessions)}`);
  }
  world.terminal.print(sessionTable(report, pageStyleOf(world, options)));
  return EXIT.OK;
}
