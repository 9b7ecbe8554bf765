import { requireDaemon } from '../control-client.ts';
import { reachDaemon } from '../daemon-reach.ts';
import { EXIT } from '../exit-codes.ts';
import type { CliWorld, CommonOptions } from '../world.ts';

/** Prints a link that signs a browser in to the page: once, and for a minute. */
export async function inspect(world: CliWorld, options: CommonOptions): Promise<number> {
  const { place } = await reachDaemon(world, options);
  const answer = await requireDaemon(place, { method: 'GET', path: '/v1/inspect' });
  world.terminal.print((answer as { readonly url: string }).url);
  world.terminal.say('It works once and within a minute: open it in a browser on this machine.');
  return EXIT.OK;
}
