import { path, section, text, wholeNumber } from './values.ts';

/** tmux rewrites `.` and `:` in names: with any other character a pool would look for itself in vain. */
const SESSION_WORD = {
  pattern: '^[A-Za-z0-9_-]+$',
  shape: 'letters, digits, _ and - only',
  maxLength: 64,
} as const;

export const accountsSchema = {
  type: 'array',
  description: 'The Claude logins of one operator. Each has a home directory of its own.',
  minItems: 1,
  shape: 'a list of at least one account',
  items: {
    type: 'object',
    description: 'One Claude login.',
    additionalProperties: false,
    required: ['name', 'home'],
    properties: {
      name: text('Short name, for logs, status and commands.', {
        pattern: '^[A-Za-z0-9_][A-Za-z0-9._@-]*$',
        shape: 'letters, digits, . _ @ and -',
        maxLength: 64,
      }),
      home: path('Its home directory: CLAUDE_CONFIG_DIR of the agents that run on it.', {}),
      priority: wholeNumber('Lower is preferred; equals are taken in the order of this list.', {
        minimum: 0,
        maximum: 1000,
        default: 1,
      }),
    },
  },
} as const;

export const sharedStateSchema = section(
  'What every account home links to, so that a conversation can go on under another account.',
  {
    root: path(
      'Holds the canonical projects/, file-history/ and session-env/ that every account home links to.',
      {},
    ),
  },
  ['root'],
);

const autonomousSchema = section(
  'Sessions that take tasks by themselves, named prefix + index, index in [start_index, start_index + max).',
  {
    prefix: text(
      'What their names begin with, including a separating dash if one is wanted.',
      SESSION_WORD,
    ),
    start_index: wholeNumber('Index of the first one.', { minimum: 0, maximum: 9999, default: 0 }),
    min: wholeNumber('Usable sessions below which the pool is reported degraded; default: max.', {
      minimum: 0,
      maximum: 1000,
    }),
    max: wholeNumber('How many there are; all exist from boot. 0 only with dedicated sessions.', {
      minimum: 0,
      maximum: 1000,
      shape: 'a whole number from 1 to 1000 (0 only with dedicated sessions)',
    }),
    workdir: path("Where a session waits for tasks; default: the config file's directory.", {}),
  },
  ['prefix', 'max'],
);

const dedicatedSchema = {
  type: 'array',
  description: 'Sessions bound to one project and one person: supervised, never given a task.',
  default: [],
  items: {
    type: 'object',
    description: 'One dedicated session.',
    additionalProperties: false,
    required: ['name', 'project'],
    properties: {
      name: text('Its whole tmux session name.', SESSION_WORD),
      project: path('The directory it works in.', {}),
      account: {
        type: ['string', 'null'],
        description: 'Name of the account it prefers; null: chosen like any other.',
        default: null,
      },
    },
  },
} as const;

export const poolSchema = section(
  'The sessions to keep alive.',
  { autonomous: autonomousSchema, dedicated: dedicatedSchema },
  [],
);
