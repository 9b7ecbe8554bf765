import { shellWord } from '../../config/shell-word.ts';

/** The one word by which the hook program lets a tool through. */
export const ALLOWED = 'allowed';

/** How long the program may take. The client lets a tool through when its hook takes too long. */
const TIMEOUT_S = 10;
const SIGNAL_TIMEOUT_S = 5;
/** What the client is told: more than all of that together. */
export const HOOK_TIMEOUT_S = 30;

/** A refusal as the client takes it: the tool is not run, the model is told why, the turn goes on. */
export function denial(reason: string): string {
  return JSON.stringify({
    hookSpecificOutput: {
      hookEventName: 'PreToolUse',
      permissionDecision: 'deny',
      permissionDecisionReason: reason,
    },
  });
}

export interface GuardScript {
  /** All absolute. */
  readonly node: string;
  readonly timeout: string;
  readonly program: string;
  readonly rulesFile: string;
  readonly signalScript: string | null;
}

const BROKEN = 'the tool guard did not judge it';

/**
 * The `sh` program around the hook program. The client takes only the exit code 2 for a no: with any
 * other one, and when a hook takes too long, the tool is run. So here everything is a no but the one
 * word: a program that is missing, empty, crashes or hangs.
 */
export function guardScript(script: GuardScript): string {
  const { node, timeout, program, rulesFile, signalScript } = script;
  const run = [timeout, '-k', '1', String(TIMEOUT_S), node, program, rulesFile].map(shellWord);
  return [
    '# Written by claude-failover at each launch.',
    'unset NODE_OPTIONS NODE_PATH',
    `verdict=$(${run.join(' ')})`,
    'case $verdict in',
    `${ALLOWED}) exit 0 ;;`,
    `'{'*'}') printf '%s\\n' "$verdict" ;;`,
    '*)',
    `  printf '%s\\n' ${shellWord(denial(BROKEN_FOR_MODEL))}`,
    ...(signalScript === null ? [] : [`  ${signalOfFailure(signalScript, timeout)}`]),
    'esac',
    'exit 2',
    '',
  ].join('\n');
}

const BROKEN_FOR_MODEL = `Refused: ${BROKEN}, so nothing of this kind is done. Say that the tool guard does not work, and stop.`;

/** What the program could not tell itself. Which tool it was, is lost with its stdin. */
function signalOfFailure(signalScript: string, timeout: string): string {
  const refused = { tool: 'a tool', rule: 'guard-broken', reason: BROKEN };
  const payload = JSON.stringify({ hook_event_name: 'PreToolUse', session_id: '%s', refused });
  const store = [timeout, '-k', '1', String(SIGNAL_TIMEOUT_S), '/bin/sh', signalScript];
  return `printf ${shellWord(payload)} "$CLAUDE_CODE_SESSION_ID" | ${store.map(shellWord).join(' ')}`;
}

/** The command line for the client: also a script that is gone is a no. */
export function guardCommand(script: string): string {
  return `/bin/sh ${shellWord(script)} || exit 2`;
}
