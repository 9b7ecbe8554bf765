import type { Connection } from './connection.ts';

/** Names may begin with anything; a notification inside of the reply begins with `%`, a row with `$`. */
const NAMES = ['list-sessions', '-F', '#{session_id}:#{session_name}'];

/** The names of all sessions of the server, everybody's; only looks. */
export async function listSessionNames(connection: Connection): Promise<readonly string[]> {
  const [lines = []] = await connection.query([NAMES]);
  return lines.flatMap((line) => /^\$\d+:(.*)$/.exec(line)?.[1] ?? []);
}
