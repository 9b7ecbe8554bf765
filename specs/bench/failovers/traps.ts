import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RealClientPool } from '../../harness/real-client-pool.ts';

/** A turn in which no account is at its limit, whatever is said in it. */
export interface Trap {
  readonly what: string;
  /** What the session is asked. */
  readonly text: string;
  /** How the stand-in for the API answers. */
  readonly mode: string;
  /** What it says in the mode `text`. */
  readonly reply: string;
}

const QUOTE =
  "You've hit your session limit · resets 3pm (UTC)\nAPI Error: 429 rate_limit_error\nPlease run /login · API Error: 401";
const ASKED = 'Walk on and tell.';
const reply = 'The heron stands still.';

export const TRAPS: readonly Trap[] = [
  { what: 'a short reply that quotes limits', text: ASKED, mode: 'text', reply: QUOTE },
  { what: 'a long one that does', text: ASKED, mode: 'trap', reply },
  { what: 'a task that does', text: `What is this?\n${QUOTE}`, mode: 'text', reply },
  { what: 'a file that does, read by a tool', text: 'Read it.', mode: 'tool_read', reply },
  { what: 'throttling, 429', text: ASKED, mode: 'throttle_429', reply },
  { what: 'overloaded, 529', text: ASKED, mode: 'overloaded529', reply },
  { what: 'server error, 500', text: ASKED, mode: 'err500', reply },
  { what: 'a stream that is cut', text: ASKED, mode: 'cut', reply },
];

/** From now on every account of the pool answers so. */
export function setTrap(
  { config, stub, tokens }: RealClientPool,
  { mode, reply: text }: Trap,
): void {
  const file = join(config.pool.autonomous.workdir, 'quote.txt');
  writeFileSync(file, QUOTE);
  for (const token of Object.values(tokens)) stub.set(token, { mode, options: { file, text } });
}
