import { Terminal } from '/vendor/@xterm/xterm/lib/xterm.mjs';
import { byId } from './element.js';
import { onPaint, selectedSession } from './page-state.js';

const OPEN_AFTER_MS = 250;
const LEAST_FONT_PX = 8;
const MOST_FONT_PX = 14;
const PADDING_PX = 6;
const CELL_WIDTH_EM = 0.602;
const CELL_HEIGHT_EM = 1.18;
/** Titles, colours, links and the clipboard: what a pane prints may change none of them here. */
const DEAF_TO_OSC = [0, 1, 2, 4, 7, 8, 9, 10, 11, 12, 52, 104, 110, 111, 112, 133, 777, 1337];

let shownSession = null;
let socket = null;
let opening = 0;
/** Until somebody scrolls, the part of the screen with the cursor is kept in view. */
let isFollowing = true;

/** The selected session's screen, in the size it has. Nothing typed here goes anywhere. */
export function showTerminal() {
  const terminal = newTerminal();
  const screen = byId('screen');
  terminal.open(screen);
  terminal.onCursorMove(() => showCursor(terminal));
  screen.addEventListener('wheel', () => (isFollowing = false), { passive: true });
  new ResizeObserver(() => fitLetters(terminal)).observe(screen);
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
  let isSized = false;
  opened.addEventListener('message', ({ data }) => {
    if (socket !== opened) return;
    if (isSized) terminal.write(data);
    else begin(terminal, name, JSON.parse(data));
    isSized = true;
  });
  opened.addEventListener('close', ({ reason }) => {
    if (socket !== opened || shownSession !== name) return;
    say(`${name}: ${reason || 'not connected'}`);
    byId('terminal-again').hidden = false;
  });
}

function begin(terminal, name, { cols, rows }) {
  isFollowing = true;
  terminal.resize(cols, rows);
  fitLetters(terminal);
  say(`${name}, read-only, ${cols} × ${rows}`);
}

/** The pane keeps its size; letters become as large as fit, and below a readable size it scrolls. */
function fitLetters(terminal) {
  const screen = byId('screen');
  const wide = (screen.clientWidth - 2 * PADDING_PX) / (terminal.cols * CELL_WIDTH_EM);
  const high = (screen.clientHeight - 2 * PADDING_PX) / (terminal.rows * CELL_HEIGHT_EM);
  const fontSize = Math.floor(Math.min(wide, high) * 2) / 2;
  terminal.options.fontSize = Math.min(Math.max(fontSize, LEAST_FONT_PX), MOST_FONT_PX);
  showCursor(terminal);
}

function showCursor({ buffer, rows }) {
  const screen = byId('screen');
  if (!isFollowing) return;
  const cursor = ((buffer.active.cursorY + 1) / rows) * screen.scrollHeight;
  screen.scrollTop = cursor - screen.clientHeight * 0.9;
  screen.scrollLeft = 0;
}

function say(text) {
  byId('terminal-note').textContent = text;
}
