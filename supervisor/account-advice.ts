/** What keeps an account from being used, and what helps, in the words of all who tell it to people. */
import { printable } from '../config/printable.ts';
import type { AccountReport } from './status-report.ts';

type Told = Pick<AccountReport, 'name' | 'state' | 'limitedUntil'>;

/** `limited until 2026-11-24T14:14:00.000Z`, `disabled`. */
export function stateWords({ state, limitedUntil }: Omit<Told, 'name'>): string {
  return state === 'limited' && limitedUntil !== null ? `limited until ${limitedUntil}` : state;
}

/**
 * What a person can do so that the account is used again; null when nothing keeps it from that.
 *
 * @param home its home directory; null = whoever tells it does not know it
 */
export function whatHelps({ name, state }: Omit<Told, 'limitedUntil'>, home: string | null) {
  switch (state) {
    case 'available':
      return null;
    case 'limited':
      return `to use it at once: claude-failover account clear ${name}`;
    case 'quarantined':
      return 'no agent is started there, its links are not in order; see: claude-failover check';
    case 'unauthenticated':
      return `its login does not work; log in: ${loginCommand(home)}, then: claude-failover account clear ${name}`;
    case 'disabled':
      return `taken out of use; to use it again: claude-failover account enable ${name}`;
  }
}

const PLAIN = /^[\w./@+-]+$/;

function loginCommand(home: string | null): string {
  if (home === null) return 'CLAUDE_CONFIG_DIR=<its home> claude';
  const word = PLAIN.test(home) ? home : `'${home.replaceAll("'", "'\\''")}'`;
  return `CLAUDE_CONFIG_DIR=${printable(word)} claude`;
}
