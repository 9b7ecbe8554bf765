import { byId, element } from './element.js';
import { onPaint, state } from './page-state.js';
import { timeOfDay } from './time.js';
import { filterTree } from './tree-panel.js';

const STATES = ['idle', 'working', 'crashed', 'failed'];
const CONNECTION_WORDS = { connecting: 'connecting…', open: 'live', lost: 'connection lost' };

/** The daemon, the pool and the accounts on one line. */
export function showHeader() {
  let painted = '';
  onPaint(() => {
    const shown = JSON.stringify([state.status, state.connection]);
    if (shown === painted) return;
    painted = shown;
    byId('header').replaceChildren(...parts());
    document.title = titleOf(state.status);
  });
}

function parts() {
  const { status, connection } = state;
  return [
    element(
      'div',
      { class: 'brand' },
      element('img', { src: '/favicon.svg', alt: '' }),
      'claude-failover',
    ),
    ...(status
      ? [
          daemon(status),
          ...tmux(status),
          pool(status),
          counts(status),
          queue(status),
          accounts(status),
        ]
      : []),
    element(
      'span',
      { class: `connection ${connection}`, role: 'status' },
      CONNECTION_WORDS[connection],
    ),
  ];
}

const ESCALATED = 'too many crashes: no session is created until `session reset --all`';

function daemon({ daemon: { state: word, pid, version } }) {
  const about = `pid ${pid ?? 'none'}, version ${version}`;
  const title = word === 'escalated' ? `${about}; ${ESCALATED}` : about;
  return element('span', { class: `badge ${word}`, title }, `daemon ${word}`);
}

function tmux({ daemon: { tmux: word, tmuxSilentSince: since } }) {
  if (word !== 'silent') return [];
  return [
    element(
      'span',
      { class: 'badge failed', role: 'alert' },
      'tmux does not answer',
      ...(since ? [' since ', timeOfDay(since)] : []),
      ', nothing is decided',
    ),
  ];
}

function pool({ pool: { usable, max, min, degraded } }) {
  return element(
    'span',
    { class: 'figure', title: `degraded below ${min}` },
    element('b', {}, `${usable}/${max}`),
    ' usable ',
    degraded ? element('span', { class: 'badge degraded' }, 'degraded') : null,
  );
}

function counts({ sessions }) {
  const chips = STATES.map((word) => {
    const count = sessions.filter((session) => session.state === word).length;
    const title = `show the sessions that are ${word}`;
    return element(
      'button',
      { type: 'button', title, click: () => filterTree(word) },
      element('span', { class: `badge ${count > 0 ? word : ''}` }, `${count} ${word}`),
    );
  });
  return element('div', { class: 'counts' }, ...chips);
}

function queue({ queue: { queued, running, dead } }) {
  return element(
    'span',
    { class: 'figure' },
    'queue ',
    element('b', {}, String(queued)),
    ' waiting, ',
    element('b', {}, String(running)),
    ' running',
    dead > 0 ? `, ${dead} dead` : '',
  );
}

function accounts({ accounts: all }) {
  return element('div', { class: 'accounts' }, ...all.map(account));
}

function account({ name, state: word, limitedUntil, usage }) {
  return element(
    'span',
    { class: 'account', title: `${name} is ${word}` },
    name,
    element('span', { class: `badge ${word}` }, word),
    limitedUntil ? element('span', { class: 'until' }, 'until ', timeOfDay(limitedUntil)) : null,
    bar('5 hours', usage.fiveHour),
    bar('7 days', usage.sevenDay),
  );
}

function bar(window, used) {
  if (!used) return null;
  const percent = Math.min(100, Math.max(0, used.usedPercent));
  const fill = element('i', { class: percent >= 90 ? 'high' : '' });
  fill.style.width = `${percent}%`;
  const title = `${percent} % of ${window} used, resets ${used.resetsAt}`;
  return element('span', { class: 'usage', title }, fill);
}

function titleOf(status) {
  const ill = (status?.sessions ?? []).filter(
    ({ state: word }) => word === 'crashed' || word === 'failed',
  );
  return ill.length > 0 ? `(${ill.length}) claude-failover` : 'claude-failover';
}
