import type { ConfigCheckError } from './check-error.ts';
import type { ConsistencyView, ConsistencyWorld, Finding } from './consistency/finding.ts';
import {
  accountHomesTwice,
  accountNamesTwice,
  dedicatedAccountUnknown,
  dedicatedInRange,
  dedicatedNamesTwice,
  reservedDedicatedNames,
  reservedPrefix,
} from './consistency/names.ts';
import { durationMs } from './durations.ts';
import { isWithin } from './pointer.ts';
import type { RawConfig } from './schema.ts';

/**
 * Everything that no single key can say, looked for even when other parts of the config are
 * malformed: only what would need a malformed value itself is left out.
 */
export function findInconsistencies(
  raw: RawConfig,
  schemaErrors: readonly ConfigCheckError[],
  world: ConsistencyWorld,
): readonly Finding[] {
  const malformed = schemaErrors.filter(({ code }) => code !== 'config.unknown_key');
  const isSound = (pointer: string) => !malformed.some(({ path }) => isWithin(pointer, path));
  const view = { ...world, isSound };
  return CHECKS.filter(({ needs }) => needs.every(isSound)).flatMap(({ find }) => find(raw, view));
}

interface Check {
  /** A list is needed as a list; whether each of its items is sound the check asks itself. */
  readonly needs: readonly string[];
  readonly find: (raw: RawConfig, view: ConsistencyView) => readonly Finding[];
}

const ACCOUNTS = '/accounts';
const DEDICATED = '/pool/dedicated';
const PREFIX = '/pool/autonomous/prefix';
const START_INDEX = '/pool/autonomous/start_index';
const MIN = '/pool/autonomous/min';
const MAX = '/pool/autonomous/max';
const SOCKET = ['/tmux/socket_name', '/tmux/socket_path'];

const CHECKS: readonly Check[] = [
  { needs: [ACCOUNTS], find: accountNamesTwice },
  { needs: [ACCOUNTS], find: accountHomesTwice },
  { needs: [MIN, MAX], find: minAboveMax },
  { needs: [MAX, DEDICATED], find: nothingToRun },
  { needs: [DEDICATED], find: dedicatedNamesTwice },
  { needs: [DEDICATED, PREFIX, START_INDEX, MAX], find: dedicatedInRange },
  { needs: [PREFIX], find: reservedPrefix },
  { needs: [DEDICATED], find: reservedDedicatedNames },
  { needs: [ACCOUNTS, DEDICATED], find: dedicatedAccountUnknown },
  { needs: ['/agent/permission_mode', '/agent/env'], find: bypassAsRoot },
  { needs: ['/agent/env'], find: variablesOfOurs },
  { needs: ['/agent/command'], find: hooksTurnedOff },
  { needs: ['/restart/backoff_initial', '/restart/backoff_max'], find: backoffShrinks },
  { needs: SOCKET, find: socketTwice },
  { needs: SOCKET, find: socketUnusable },
];

function minAboveMax({ pool }: RawConfig): readonly Finding[] {
  const { min, max } = pool.autonomous;
  if (min === undefined || min <= max) return [];
  return [
    {
      code: 'config.range',
      path: '/pool/autonomous/min',
      message: `pool.autonomous.min is ${min}, more than max, which is ${max}`,
      expected: `at most ${max}`,
      found: String(min),
    },
  ];
}

function nothingToRun({ pool }: RawConfig): readonly Finding[] {
  if (pool.autonomous.max > 0 || pool.dedicated.length > 0) return [];
  return [
    {
      code: 'config.range',
      path: '/pool/autonomous/max',
      message: 'pool.autonomous.max may be 0 only when there are dedicated sessions',
      expected: 'from 1 to 1000',
      found: '0',
    },
  ];
}

// Facts of the client: as root it exits at once in this mode, unless told that it is in a sandbox.
function bypassAsRoot({ agent }: RawConfig, { uid }: ConsistencyView): readonly Finding[] {
  const isSandbox = /^(1|true|yes|on)$/i.test(agent.env['IS_SANDBOX'] ?? '');
  if (agent.permission_mode !== 'bypassPermissions' || uid !== 0 || isSandbox) return [];
  return [
    {
      code: 'config.range',
      path: '/agent/permission_mode',
      message:
        'the client refuses bypassPermissions as root: run as another user, or set agent.env.IS_SANDBOX to "1" in a sandbox',
      expected: 'another mode, another user, or agent.env.IS_SANDBOX: "1"',
      found: 'bypassPermissions as root',
    },
  ];
}

/** Variables that would break what the supervisor promises, and why. */
const NOT_TO_BE_SET: Readonly<Record<string, string>> = {
  CLAUDE_CONFIG_DIR: "it is each account's home and set for each agent",
  CLAUDE_CODE_RETRY_WATCHDOG: 'the client would wait for hours inside instead of reporting a limit',
  CLAUDE_CODE_RESUME_INTERRUPTED_TURN: 'the client would lose the prompt given with a resume',
  CLAUDE_CODE_SAFE_MODE:
    'the client would run no hooks, by which the supervisor hears and guards it',
  CLAUDE_CODE_SIMPLE: 'the client would run no hooks, by which the supervisor hears and guards it',
};

function variablesOfOurs({ agent }: RawConfig): readonly Finding[] {
  return Object.keys(agent.env).flatMap((name) => {
    const why = NOT_TO_BE_SET[name];
    if (why === undefined) return [];
    return [
      {
        code: 'config.range' as const,
        path: `/agent/env/${name}`,
        message: `agent.env.${name} must not be set: ${why}`,
        expected: 'not set',
        found: 'set',
      },
    ];
  });
}

/** Facts of the client: with one of these it runs no hooks at all. */
const WITHOUT_HOOKS = ['--bare', '--safe-mode'];

function hooksTurnedOff({ agent }: RawConfig): readonly Finding[] {
  return agent.command.flatMap((word, i) => {
    if (!WITHOUT_HOOKS.includes(word)) return [];
    return [
      {
        code: 'config.range' as const,
        path: `/agent/command/${i}`,
        message: `agent.command must not have ${word}: the client would run no hooks, by which the supervisor hears and guards it`,
        expected: `no ${word}`,
        found: word,
      },
    ];
  });
}

function backoffShrinks({ restart }: RawConfig): readonly Finding[] {
  const { backoff_initial: initial, backoff_max: max } = restart;
  if (durationMs(max) >= durationMs(initial)) return [];
  return [
    {
      code: 'config.range',
      path: '/restart/backoff_max',
      message: `restart.backoff_max is ${max}, less than backoff_initial, which is ${initial}`,
      expected: `at least ${initial}`,
      found: max,
    },
  ];
}

function socketTwice({ tmux }: RawConfig, { isGiven }: ConsistencyView): readonly Finding[] {
  if (tmux.socket_path === undefined || !isGiven('/tmux/socket_name')) return [];
  return [
    {
      code: 'config.range',
      path: '/tmux/socket_path',
      message: 'tmux.socket_name and tmux.socket_path are both given: there is one server',
      expected: 'one of socket_name and socket_path',
      found: 'both',
    },
  ];
}

function socketUnusable({ tmux }: RawConfig, view: ConsistencyView): readonly Finding[] {
  const problem = view.socketProblem(tmux);
  if (problem === null) return [];
  const key = tmux.socket_path === undefined ? 'socket_name' : 'socket_path';
  return [
    {
      code: 'config.range',
      path: `/tmux/${key}`,
      message: problem,
      expected: 'a socket path of at most 107 bytes',
      found: tmux.socket_path ?? tmux.socket_name,
    },
  ];
}
