import { element } from './element.js';
import { evidenceSentence } from './evidence-sentence.js';
import { factsList } from './facts-list.js';
import { evidenceAt, happeningParts, happeningsAt, refreshHappenings } from './happenings.js';
import { state } from './page-state.js';
import { moment } from './time.js';

/** What is known of an account, who is on it, and what happened to it. */
export function accountParts(account) {
  const { name, state: word, limitedUntil, usage } = account;
  const evidence = evidenceAt(accountPath(account));
  return [
    element('h2', {}, name),
    factsList([
      ['State', element('span', { class: `badge ${word}` }, word)],
      ['Until', limitedUntil === null ? null : moment(limitedUntil)],
      ['Because', evidencePart(word, evidence)],
      ['5 hours', windowPart(usage.fiveHour)],
      ['7 days', windowPart(usage.sevenDay)],
      ['Sessions', sessionsOn(name).join(' ') || 'none'],
    ]),
    ...happeningParts(happeningsAt(accountPath(account)), name),
  ];
}

/** Asks what happened to it, when it has come into another state, or somebody has left it or come to it. */
export function refreshAccount(account) {
  const { name, state: word, limitedUntil } = account;
  const key = `${word} ${limitedUntil} ${sessionsOn(name).join(' ')}`;
  return refreshHappenings(accountPath(account), key);
}

/** Of a state that has changed since, the evidence is not told. */
function evidencePart(word, evidence) {
  if (word === 'available' || evidence === null) return null;
  return element('span', {}, `${evidenceSentence(evidence)}, `, moment(evidence.at));
}

function windowPart(window) {
  if (!window) return null;
  return element(
    'span',
    {},
    `${Math.round(window.usedPercent)} %, resets `,
    moment(window.resetsAt),
  );
}

function sessionsOn(name) {
  const sessions = state.status?.sessions ?? [];
  return sessions.filter(({ account }) => account === name).map((session) => session.name);
}

/** Where the API tells of it. */
export function accountPath({ name }) {
  return `/v1/accounts/${encodeURIComponent(name)}`;
}
