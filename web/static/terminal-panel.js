import { FitAddon } from '/vendor/@xterm/addon-fit/lib/addon-fit.mjs';
import { Terminal } from '/vendor/@xterm/xterm/lib/xterm.mjs';
import { byId } from './element.js';
import { onPaint, selectedSession } from './page-state.js';

const OPEN_AFTER_MS = 250;
/** Titles, colours, links and the clipboard: what a pane prints may change none of them here. */
const DEAF_TO_OSC = [0, 1, 2, 4, 7, 8, 9, 10, 11, 12, 52, 104, 110, 111, 112, 133, 777, 1337];

let shownSession = null;
let socket = null;
let opening = 0;

/** The selected session's screen. Nothing typed here goes anywhere. */
export function showTerminal() {
  const terminal = newTerminal();
  const fit = new FitAddon();
  terminal.loadAddon(fit);
  terminal.open(byId('screen'));
  const resize = () => {
    fit.fit();
    sendSize(terminal);
  };
  new ResizeObserver(resize).observe(byId('screen'));
  byId('terminal-wide').addEventListener('click', ({ currentTarget }) => {
    const isWide = document.body.classList.toggle('wide-terminal');
    currentTarget.setAttribute('aria-pressed', String(isWide));
    currentTarget.textContent = isWide ? 'Shrink' : 'Expand';
  });
  byId('terminal-again').addEventListener('click', () => open(terminal, shownSession));
  onPaint(() => follow(terminal));
}

function newTerminal() {
  const terminal = new Terminal({
    disableStdin: true,
    cursorBlink: false,
    scrollback: 0,
    fontSize: 12,
    fontFamily: getComputedStyle(document.documentElement).getPropertyValue('--mono'),
    theme: { background: '#00000000', foreground: '#d7dee6' },
    allowTransparency: true,
  });
  for (const code of DEAF_TO_OSC) terminal.parser.registerOscHandler(code, () => true);
  return terminal;
}

function follow(terminal) {
  const name = selectedSession()?.name ?? null;
  if (name === shownSession) return;
  shownSession = name;
  clearTimeout(opening);
  socket?.close();
  terminal.reset();
  say(name === null ? 'select a session to see its screen' : name);
  // Moving through the tree with the arrow keys must not start a tmux client for each row.
  if (name !== null) opening = setTimeout(() => open(terminal, name), OPEN_AFTER_MS);
}

function open(terminal, name) {
  byId('terminal-again').hidden = true;
  terminal.reset();
  const opened = new WebSocket(`ws://${location.host}/v1/terminal/${encodeURIComponent(name)}`);
  socket = opened;
  opened.addEventListener('open', () => {
    say(`${name}, read-only`);
    sendSize(terminal);
  });
  opened.addEventListener('message', ({ data }) => socket === opened && terminal.write(data));
  opened.addEventListener('close', ({ reason }) => {
    if (socket !== opened || shownSession !== name) return;
    say(`${name}: ${reason || 'not connected'}`);
    byId('terminal-again').hidden = false;
  });
}

function sendSize({ cols, rows }) {
  if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ cols, rows }));
}

function say(text) {
  byId('terminal-note').textContent = text;
}
