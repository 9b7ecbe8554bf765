import { path, section, text } from './values.ts';

export const storeSchema = section(
  'Where facts and tasks are kept.',
  {
    url: text('sqlite:FILE; sqlite:auto is facts.db in state_dir.', {
      pattern: '^sqlite:[^\\u0000]+$',
      shape: 'sqlite:auto or sqlite:FILE',
      default: 'sqlite:auto',
    }),
  },
  [],
);

export const controlSchema = section(
  'The control API, inspector and dashboard. Reachable from this machine only.',
  {
    listen: text('127.0.0.1, localhost or [::1], and a port; port 0 takes a free one.', {
      format: 'loopback-address',
      shape: 'a loopback address and a port, such as 127.0.0.1:8765',
      default: '127.0.0.1:8765',
    }),
    token_file: path("File with the bearer token (0600); 'auto' is control.token in state_dir.", {
      default: 'auto',
    }),
    read_only: {
      type: 'boolean',
      description:
        'true: nothing can be changed through HTTP, only looked at. Checked, not yet in effect: HTTP only looks in this version.',
      default: false,
    },
  },
  [],
);

export const logSchema = section(
  'One JSON object a line on stdout.',
  {
    level: {
      type: 'string',
      description: 'The least severe level that is written.',
      enum: ['error', 'warn', 'info', 'debug'],
      default: 'info',
    },
  },
  [],
);

export const stateDirSchema = path(
  "Where facts, sockets and the control token live (0700); 'auto' is $XDG_STATE_HOME/claude-failover.",
  { default: 'auto' },
);
