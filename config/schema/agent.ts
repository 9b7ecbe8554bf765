import { TOOL_GUARD_RULES } from '../tool-guard-rules.ts';
import { duration, LONGEST_TIMER, path, section, text, wholeNumber } from './values.ts';

/** The modes of the client's `--permission-mode`. */
const PERMISSION_MODES = [
  'default',
  'acceptEdits',
  'plan',
  'auto',
  'dontAsk',
  'bypassPermissions',
] as const;

export const agentSchema = section(
  'How the client is started in each session.',
  {
    command: {
      type: 'array',
      description:
        'The client and its first arguments, one word each; never given to a shell. A first word with a / is a path.',
      minItems: 1,
      default: ['claude'],
      shape: 'a list of words, such as [claude]',
      items: { type: 'string', minLength: 1 },
    },
    permission_mode: {
      type: 'string',
      description:
        'What agents may do without asking. Nobody watches the pool, so this is decided here, once.',
      enum: PERMISSION_MODES,
    },
    model: {
      type: ['string', 'null'],
      description: "Model of every agent; null: the account's own default.",
      default: null,
      minLength: 1,
    },
    env: {
      type: 'object',
      description: 'More environment variables for agents, as text. Never printed or logged.',
      default: {},
      additionalProperties: false,
      shape: 'a variable name (letters, digits, _)',
      patternProperties: {
        '^[A-Za-z_][A-Za-z0-9_]*$': {
          type: 'string',
          pattern: '^[^\\u0000]*$',
          shape: 'text; put a number or true/false in quotes',
        },
      },
    },
    tool_guard: section(
      'A check before each command or change of a file, which refuses a short list of destructive ones.',
      {
        when: {
          type: 'string',
          description:
            'skipping: when permission_mode asks nobody (bypassPermissions, dontAsk, auto); always; never.',
          enum: ['skipping', 'always', 'never'],
          default: 'skipping',
        },
        allow: {
          type: 'array',
          description: 'Rules that are switched off.',
          default: [],
          shape: 'a list of rules, such as [sudo]',
          items: {
            type: 'string',
            description: 'The name of a rule, as a refusal names it.',
            enum: TOOL_GUARD_RULES,
          },
        },
      },
      [],
    ),
    history_limit: wholeNumber('Lines of scrollback that tmux keeps for each session.', {
      minimum: 0,
      maximum: 1_000_000,
      default: 500,
    }),
    start_timeout: duration(
      'How long an agent may take to reach its prompt before it counts as not started.',
      '60s',
      { min: '100ms', max: '1h' },
    ),
  },
  ['permission_mode'],
);

export const tmuxSchema = section(
  'Which tmux server the sessions live on. Give socket_name or socket_path, not both.',
  {
    socket_name: text("As tmux -L: 'default' is the operator's own server.", {
      pattern: '^(?!\\.{1,2}$)[A-Za-z0-9._@-]+$',
      shape: 'letters, digits, . _ @ and -',
      default: 'claude-failover',
    }),
    socket_path: path('As tmux -S: the socket itself, instead of socket_name.', {}),
  },
  [],
);

export const restartSchema = section(
  'When a crashed agent is started again, and when the supervisor gives up.',
  {
    intensity: wholeNumber('Restarts allowed within period; one more gives failed.', {
      minimum: 0,
      maximum: 1_000_000,
      default: 10,
    }),
    period: duration('The sliding window in which restarts are counted.', '10m', {
      min: '1s',
      max: LONGEST_TIMER,
    }),
    pool_intensity: wholeNumber(
      'Crashes allowed within period in the whole pool; one more, and no session is created until `session reset --all`. Default: 50, or intensity if that is more.',
      { minimum: 0, maximum: 1_000_000 },
    ),
    backoff_initial: duration('Wait before the first restart.', '250ms', {
      min: '1ms',
      max: LONGEST_TIMER,
    }),
    backoff_factor: {
      type: 'number',
      description: 'Each further wait is this many times longer.',
      minimum: 1,
      maximum: 100,
      default: 2,
    },
    backoff_max: duration('The longest wait.', '60s', { min: '1ms', max: LONGEST_TIMER }),
    stable_after: duration('Running this long after a restart sets the wait back.', '60s', {
      min: '0s',
      max: LONGEST_TIMER,
    }),
  },
  [],
);

export const reconcileSchema = section(
  'The safety net below the events.',
  {
    interval: duration('How often desired and observed sessions are compared.', '15s', {
      min: '100ms',
      max: '1h',
    }),
  },
  [],
);
