import { FailoverError } from '../../config/errors.ts';
import type { SessionDetail } from '../../supervisor/status-report.ts';
import { askDaemon } from '../control-client.ts';
import { type Reach, reachDaemon } from '../daemon-reach.ts';
import { EXIT } from '../exit-codes.ts';
import { sessionText } from '../format/session-text.ts';
import { requireSupervised } from '../named-session.ts';
import { type CliWorld, type CommonOptions, pageStyleOf } from '../world.ts';

export interface ShowOptions extends CommonOptions {
  readonly name: string;
  readonly json?: boolean;
}

/** One session: its facts and its history; for a person also its screen at the last crash. */
export async function sessionShow(world: CliWorld, options: ShowOptions): Promise<number> {
  const reach = await reachDaemon(world, options);
  await requireSupervised(reach, [options.name]);
  const told = await sessionDetail(world, reach, options.name);
  world.terminal.print(
    options.json
      ? JSON.stringify(told.detail)
      : await described(world, { ...told, options, reach }),
  );
  return EXIT.OK;
}

interface Told {
  readonly detail: SessionDetail;
  /** By the store, as no daemon runs. */
  readonly isStored: boolean;
}

async function sessionDetail(
  world: CliWorld,
  { place, config }: Reach,
  name: string,
): Promise<Told> {
  const path = `/v1/sessions/${encodeURIComponent(name)}`;
  const answer = await askDaemon(place, { method: 'GET', path });
  if (answer !== null) return { detail: answer as SessionDetail, isStored: false };
  const { storedSession } = await import('../../supervisor/compose-facts.ts');
  const detail = config === null ? null : await storedSession({ config, world }, name);
  if (detail !== null) return { detail, isStored: true };
  throw new FailoverError('DAEMON_DOWN', `nothing is told about ${name}: the daemon has gone`);
}

interface Shown extends Told {
  readonly options: ShowOptions;
  readonly reach: Reach;
}

async function described(world: CliWorld, { options, reach, ...told }: Shown): Promise<string> {
  const lastScreen = await lastScreenOf(world, reach, options.name);
  const { detail, isStored } = told;
  return sessionText(detail, { ...pageStyleOf(world, options), isStored, lastScreen });
}

/** The screen is in the store only, and where that is, a config with mistakes does not tell. */
async function lastScreenOf(
  world: CliWorld,
  { config }: Reach,
  name: string,
): Promise<string | null> {
  if (config === null) return null;
  const facts = await import('../../supervisor/compose-facts.ts');
  return await facts.lastScreenOf({ config, world }, name);
}
