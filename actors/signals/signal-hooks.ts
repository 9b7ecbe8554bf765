import type { Hooks } from '../agent/hooks.ts';
import { commandOf } from './scripts.ts';
import { signalScriptIn } from './spool.ts';

/** The events that tell how a conversation goes. */
const EVENTS = [
  ...['SessionStart', 'UserPromptSubmit', 'PermissionRequest'],
  ...['Stop', 'StopFailure', 'SessionEnd'],
];

/** Far more than the milliseconds it takes: a disk that hangs holds up the agent this long, and no longer. */
const TIMEOUT_S = 5;

/** Hooks that store each event in the spool of the session whose own directory this is. */
export function signalHooks(folder: string): Hooks {
  // What a hook prints is given to the model: ours prints nothing.
  const command = commandOf(signalScriptIn(folder));
  const hook = { type: 'command', command, timeout: TIMEOUT_S } as const;
  return Object.fromEntries(EVENTS.map((event) => [event, [{ hooks: [hook] }]]));
}
