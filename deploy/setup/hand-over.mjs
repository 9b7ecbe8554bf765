import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { isatty } from 'node:tty';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'];
// A terminal's Ctrl-C reaches us from the terminal and from npm: within this time it is one and the same.
const ECHO_MS = 500;

// Asked now: when the terminal has hung up, it is too late to tell.
const onTerminal = isatty(0);

/**
 * Runs a Node program in our place: our stdio, our signals. Gives its exit code, or 128 + n when
 * signal n ended it.
 *
 * With `ownGroup` it gets every signal from us and exactly once. Without, it stays in the terminal's
 * foreground group (where it may read keys) and hears the terminal by itself.
 */
export function handOver(args, { ownGroup, cwd = process.cwd(), echoMs = ECHO_MS }) {
  const child = spawn(process.execPath, args, { stdio: 'inherit', detached: ownGroup, cwd });
  for (const signal of SIGNALS)
    process.on(signal, ownGroup ? passOnce(child, echoMs) : passDirected(child));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(code ?? 128 + constants.signals[signal]));
  });
}

function passOnce(child, echoMs) {
  let last = Number.NEGATIVE_INFINITY;
  return (signal) => {
    const now = performance.now();
    if (now - last > echoMs) child.kill(meaning(signal));
    last = now;
  };
}

// Ctrl-C and Ctrl-\ go to the whole group: passed on, they would arrive twice.
function passDirected(child) {
  return (signal) => {
    if (signal === 'SIGTERM') child.kill(signal);
  };
}

// To a daemon a hang-up says "read your config again"; a terminal that closes means "stop".
function meaning(signal) {
  return signal === 'SIGHUP' && onTerminal ? 'SIGTERM' : signal;
}
