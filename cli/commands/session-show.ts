import type { Config } from '../../config/types.ts';
import type { SessionDetail } from '../../supervisor/status-report.ts';
import { askDaemon } from '../control-client.ts';
import { EXIT } from '../exit-codes.ts';
import { requireConfig } from '../find-config.ts';
import { sessionText } from '../format/session-text.ts';
import { requireSessions } from '../named-session.ts';
import { type CliWorld, type CommonOptions, paintOf } from '../world.ts';

export interface ShowOptions extends CommonOptions {
  readonly name: string;
  readonly json?: boolean;
}

/** One session: its facts and its history; for a person also its screen at the last crash. */
export async function sessionShow(world: CliWorld, options: ShowOptions): Promise<number> {
  const config = requireConfig(world, options);
  requireSessions(config, [options.name]);
  const detail = await sessionDetail(config, options.name);
  world.terminal.print(
    options.json ? JSON.stringify(detail) : await described(world, { options, config, detail }),
  );
  return EXIT.OK;
}

async function sessionDetail(config: Config, name: string): Promise<SessionDetail> {
  const path = `/v1/sessions/${encodeURIComponent(name)}`;
  const answer = await askDaemon(config, { method: 'GET', path });
  if (answer !== null) return answer as SessionDetail;
  const { storedSession } = await import('../../supervisor/compose-facts.ts');
  const stored = await storedSession(config, name);
  if (stored !== null) return stored;
  throw new Error(`${name} is of the pool and nothing is told about it`);
}

interface Shown {
  readonly options: ShowOptions;
  readonly config: Config;
  readonly detail: SessionDetail;
}

async function described(world: CliWorld, { options, config, detail }: Shown): Promise<string> {
  const { lastScreenOf } = await import('../../supervisor/compose-facts.ts');
  const lastScreen = await lastScreenOf(config, options.name);
  return sessionText(detail, { paint: paintOf(world, options), now: Date.now(), lastScreen });
}
