/** What a session that an operator wants elsewhere waits for. */
import type { SwitchPhase, SwitchSession, SwitchView } from './switch-facts.ts';
import { isSomebodys, isSpared } from './switch-session.ts';

/** Why a session does not go now, by where it is; null = it can. */
const FIRST: Readonly<Record<SwitchPhase, string | null>> = {
  atRest: null,
  awaiting: null,
  crashed: null,
  parked: null,
  atWork: 'its turn ends first',
  delivering: 'its turn ends first',
  coming: 'its agent comes up first',
  moving: 'it is on its way elsewhere',
  ending: 'its agent is being ended',
  // Said before.
  held: null,
  blocked: null,
  failed: null,
};

/** In words for a person; null = it can go now. One of whose people nothing was told counts as left alone. */
export function whatIsFirst(session: SwitchSession, view: SwitchView): string | null {
  const { name, phase, isAsking } = session;
  if (isAsking) return `it waits for a person's answer: claude-failover session attach ${name}`;
  return FIRST[phase] ?? whoIsThere(session, view);
}

/** Who is at work with an agent that is not taken from them. */
function whoIsThere(session: SwitchSession, { presence, now }: SwitchView): string | null {
  const seen = presence.get(session.name);
  if (seen === undefined || !isSpared(session) || !isSomebodys(session, seen, now)) return null;
  return seen.lastActiveAt === null
    ? 'a half-typed line stands there'
    : 'somebody is at work there';
}
