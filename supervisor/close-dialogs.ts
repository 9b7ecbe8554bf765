import { type DialogLook, type DialogParts, lookAtDialog, mayShowDialog } from './limit-dialog.ts';
import { type RootRef, type SessionRef, sessionNamed, sessionsOf } from './pool.ts';
import { soonest } from './soonest.ts';
import { createWokenPasses, type WokenPasses, type WokenPassesParts } from './woken-passes.ts';

/** A dialog that does not close is left to its person after so many times. */
const PRESSES = 3;
/** How long a client may take to close it before it is looked at again. */
const AGAIN_MS = 5000;

type Parts = DialogParts & WokenPassesParts;
type Open = Extract<DialogLook, { kind: 'open' }>;

/**
 * Has the sessions be usable again that stay where they are after a limit, though their clients have opened a dialog:
 * it is closed by Escape, which chooses nothing, once nobody is at work there.
 */
export function startClosingDialogs(root: RootRef, parts: Parts): WokenPasses {
  const may = (session: SessionRef) => mayShowDialog(session.getSnapshot());
  const close = closing(parts);
  const look = async (session: SessionRef, signal: AbortSignal): Promise<number | null> => {
    const { slot, agent } = session.getSnapshot().context;
    if (agent === null) return null;
    const seen = await lookAtDialog(parts, { session: slot.name, agent });
    if (seen.kind === 'later') return seen.at;
    return seen.kind === 'open' && !signal.aborted && may(session) ? close(session, seen) : null;
  };
  const passes = createWokenPasses('closing dialogs', parts, (signal) =>
    soonest(sessionsOf(root).filter(may), (session) => look(session, signal)),
  );
  root.on('changed', ({ facts }) => {
    const session = sessionNamed(root, facts.name);
    if (session !== null && may(session)) passes.wake();
  });
  root.on('reconciled', ({ because }) => {
    if (because === 'interval' && sessionsOf(root).some(may)) passes.wake();
  });
  return passes;
}

/** Closes one; resolves with the epoch milliseconds at which it is to be looked at again, null = not any more. */
function closing({ tmux, tell, now }: Parts) {
  const presses = new Map<string, { readonly openedAt: number; readonly times: number }>();
  return async (session: SessionRef, { paneId, openedAt }: Open): Promise<number | null> => {
    const { slot, account } = session.getSnapshot().context;
    const before = presses.get(slot.name);
    const times = before?.openedAt === openedAt ? before.times : 0;
    if (times >= PRESSES) return null;
    presses.set(slot.name, { openedAt, times: times + 1 });
    await tmux.pressEscape(paneId);
    const about = { session: slot.name, index: slot.index, account };
    if (times === 0) tell({ event: 'session.dialog_closed', ...about });
    return now() + AGAIN_MS;
  };
}
