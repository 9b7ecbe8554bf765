import { duration, LONGEST_TIMER, path, section, text, wholeNumber } from './values.ts';

export const failoverSchema = section(
  'How conversations move to another account, when theirs is limited or cannot be used.',
  {
    strategy: {
      type: 'string',
      description:
        'priority: all on the preferred available account. spread: each on the least loaded one, and stays.',
      enum: ['priority', 'spread'],
      default: 'priority',
    },
    proactive_threshold: {
      type: 'number',
      description:
        'Part of a usage window, 0 to 1, from which an account counts as nearly used up: sessions at rest leave it. 1: an account is left only once it refuses.',
      minimum: 0,
      maximum: 1,
      default: 1,
    },
    return_to_preferred: {
      type: 'boolean',
      description:
        'Whether a session at rest goes back to a preferred account that has been available for the cooldown; with priority only.',
      default: false,
    },
    cooldown: duration(
      'An account that is at its limit again this soon after one was over is left alone at least this long; a session that has moved stays this long, unless it cannot go on.',
      '5m',
      { min: '0s', max: LONGEST_TIMER },
    ),
    reset_margin: duration(
      'An account is used again only this long after its limit was due to end.',
      '30s',
      { min: '0s', max: LONGEST_TIMER },
    ),
    concurrency: wholeNumber('How many sessions move at the same time.', {
      minimum: 1,
      maximum: 100,
      default: 2,
    }),
    resume_prompt: text('What an agent is told when its conversation continues elsewhere.', {
      pattern: '^[^\\u0000-\\u0008\\u000b-\\u001f\\u007f]*$',
      shape: 'text without control characters',
      default: 'Continue where you left off.',
    }),
  },
  [],
);

export const tasksSchema = section(
  'How queued tasks are handed out and retried.',
  {
    max_attempts: wholeNumber('A task that fails this often ends dead.', {
      minimum: 1,
      maximum: 1000,
      default: 3,
    }),
    lease: duration("How long a session's claim on a task lasts unless renewed.", '30s', {
      min: '1s',
      max: '1h',
    }),
    retry_backoff: duration('Wait before a task that failed is tried again.', '30s', {
      min: '0s',
      max: LONGEST_TIMER,
    }),
    stalled_after: duration('A turn without any sign of progress this long is reported.', '60m', {
      min: '1s',
      max: LONGEST_TIMER,
    }),
    stalled_action: {
      type: 'string',
      description:
        'What follows from that: report, nothing more; restart, its agent is ended and the next one goes on, which counts as a crash.',
      enum: ['report', 'restart'],
      default: 'report',
    },
    waiting_timeout: duration(
      'How long a task waits for the person its agent asks, before it is queued again.',
      '30m',
      { min: '1s', max: LONGEST_TIMER },
    ),
    inboxes: {
      type: 'array',
      description:
        'Directories watched for task files (Markdown with front matter); * matches names.',
      default: [],
      items: path('One directory, or a pattern of them.', {}),
    },
    retention: duration('How long ended tasks are kept.', '30d', { min: '1h', max: '3650d' }),
  },
  [],
);
