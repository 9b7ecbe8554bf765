import { accountParts, accountPath, refreshAccount } from './account-facts.js';
import { titleOf } from './actor-kind.js';
import { byId, element } from './element.js';
import { factsList } from './facts-list.js';
import {
  causeText,
  evidenceAt,
  happeningParts,
  happeningsAt,
  refreshHappenings,
} from './happenings.js';
import { onPaint, selectedAccount, selectedActor, selectedSession, state } from './page-state.js';
import { stateClass, statePath } from './state-word.js';
import { moment } from './time.js';

let painted = '';

/** What is known of the selected session or account, what happened to it, and its machine's context. */
export function showFacts() {
  onPaint(paint);
}

function paint() {
  const actor = selectedActor();
  const session = selectedSession();
  const account = selectedAccount();
  const context = state.lookingBack ? null : (actor?.context ?? null);
  if (session) void refreshSession(session);
  if (account) void refreshAccount(account);
  const shown = JSON.stringify([
    session,
    account,
    actor?.id,
    actor?.path,
    context,
    session && happeningsAt(sessionPath(session)).length,
    account && happeningsAt(accountPath(account)).length,
    account && evidenceAt(accountPath(account)),
  ]);
  if (shown === painted) return;
  painted = shown;
  byId('facts').replaceChildren(...parts({ session, account, actor }), ...contextParts(context));
}

function parts({ session, account, actor }) {
  if (session) return sessionParts(session, actor);
  return account ? accountParts(account) : actorParts(actor);
}

function sessionParts(session, actor) {
  // The machine's own word, as everywhere else on the page: the report comes a moment later.
  const isItself = actor?.name === session.name;
  const path = isItself ? statePath(actor) : [session.state, session.substate].filter(Boolean);
  const happened = happeningsAt(sessionPath(session));
  return [
    element('h2', {}, session.name),
    factsList([
      ['State', element('span', { class: `badge long ${stateClass(path)}` }, path.join(' · '))],
      ['Since', moment(session.since)],
      ['Reason', session.reason, isIll(session) ? 'bad' : undefined],
      ['Account', session.account],
      ['Failover', failoverText(session.failover)],
      ['Restarts', String(session.restarts)],
      ['Last crash', session.crashedAt ? moment(session.crashedAt) : 'never'],
      ['Cause', session.crashedAt ? crashCause(happened) : null, 'bad'],
      ['Task', session.task, 'mono'],
      ['Conversation', session.conversation, 'mono'],
      ['Agent pid', session.pid === null ? null : String(session.pid), 'mono'],
      ['Kind', session.kind],
    ]),
    ...happeningParts(happened, session.name),
  ];
}

function actorParts(actor) {
  if (!actor) return [element('p', { class: 'empty' }, 'Select an actor on the left.')];
  return [
    element('h2', {}, titleOf(actor)),
    factsList([
      ['Machine', actor.machine ?? 'none: a single effect', 'mono'],
      ['Actor id', actor.id, 'mono'],
      ['Status', actor.status],
    ]),
  ];
}

/** It does not go on by itself as it should. */
function isIll({ state, substate }) {
  return state === 'crashed' || state === 'failed' || substate === 'blocked';
}

/** Where it goes and by which rule, or what it waits for; null when it is not to leave its account. */
function failoverText(failover) {
  if (!failover) return null;
  const { step, from, to, wanted, why } = failover;
  const isGoing = step === 'moving' || step === 'resuming';
  const goal = isGoing ? to : wanted;
  const where = goal === null ? `is to leave ${from}` : `${from} → ${goal}`;
  return why === null ? where : `${where}: ${why}`;
}

function crashCause(happened) {
  const crash = happened.findLast(({ event }) => event === 'session.crashed');
  return causeText(crash?.facts.cause);
}

function refreshSession(session) {
  const { state: word, substate, since, account, failover } = session;
  const key = `${word} ${substate} ${since} ${account} ${failover?.step}`;
  return refreshHappenings(sessionPath(session), key);
}

function sessionPath({ name }) {
  return `/v1/sessions/${encodeURIComponent(name)}`;
}

function contextParts(context) {
  if (context === null) return [];
  return [element('h2', {}, 'Context'), element('pre', {}, JSON.stringify(context, null, 2))];
}
