import type { SessionTrouble } from '../machines/ports.ts';
import type { AccountBoard } from './account-board.ts';
import { troubleEvent } from './trouble-event.ts';

/** Trouble that accounts were told of, while the sessions that met it do not know. */
export interface ToldTrouble {
  /** Tells the account; to say the same once more changes nothing of it. */
  tell(session: string, trouble: SessionTrouble): void;
  /** Whether the account was told of it, and can be used again. */
  isOver(session: string, trouble: SessionTrouble): boolean;
}

export function createToldTrouble(accounts: Pick<AccountBoard, 'tell' | 'isUsable'>): ToldTrouble {
  const told = new Map<string, string>();
  const isTold = (session: string, trouble: SessionTrouble) => told.get(session) === keyOf(trouble);
  return {
    tell: (session, trouble) => {
      told.set(session, keyOf(trouble));
      accounts.tell(trouble.account, troubleEvent(trouble));
    },
    isOver: (session, trouble) => isTold(session, trouble) && accounts.isUsable(trouble.account),
  };
}

/** The end of a turn, of which there is one at a time in a conversation. */
function keyOf({ account, evidence: { conversation, at } }: SessionTrouble): string {
  return `${account} ${conversation} ${at}`;
}
