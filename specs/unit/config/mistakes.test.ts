import { describe, expect, test } from '@jest/globals';
import { errorsOf, MINIMAL_CONFIG } from '../../harness/config-file.ts';

/** The minimal config with some of its text replaced, and more below it (from line 12 on). */
function changed({ from = '', to = '', more = '' }) {
  return `${MINIMAL_CONFIG.replace(from, to)}${more}`;
}

/** `code path line:column` of each error, in the order in which they are told. */
function told(text: string, uid?: number) {
  return errorsOf(text, uid).map(
    ({ code, path, line, column }) => `${code} ${path} ${line}:${column}`,
  );
}

test('all mistakes of a file are told at once, in its order, each where it stands', () => {
  const text = `accounts:
  - name: one
    hoem: ~/one
    priority: high
  - { name: one, home: ~/two }
  - { name: one, home: ~/three }
shared_state: {}
pool:
  autonomous: { prefix: "ccl.auto", max: 5000, min: 3 }
  dedicated:
    - { name: d, project: ~/p, account: nobody }
    - { name: d, project: ~/q }
agent: { permission_mode: yolo, start_timeout: 60 }
restart: { backoff_initial: 2m }
log:
  level: loud
`;
  expect(told(text)).toEqual([
    'config.required /accounts/0/home 2:5',
    'config.unknown_key /accounts/0/hoem 3:5',
    'config.type /accounts/0/priority 4:15',
    'config.duplicate /accounts/1/name 5:13',
    'config.duplicate /accounts/2/name 6:13',
    'config.required /shared_state/root 7:1',
    'config.range /pool/autonomous/prefix 9:25',
    'config.range /pool/autonomous/max 9:42',
    'config.range /pool/dedicated/0/account 11:41',
    'config.duplicate /pool/dedicated/1/name 12:15',
    'config.range /agent/permission_mode 13:27',
    'config.type /agent/start_timeout 13:48',
    'config.range /restart/backoff_max 14:1',
    'config.range /log/level 16:10',
  ]);
});

describe('an unknown key', () => {
  test.each([
    ['startIndex', 'start_index', '/pool/autonomous/startIndex'],
    ['worckdir', 'workdir', '/pool/autonomous/worckdir'],
    ['MAX', 'max', '/pool/autonomous/MAX'],
  ])('%s is told with the nearest known one', (key, nearest, path) => {
    const text = changed({ from: '    max: 10\n', to: `    max: 10\n    ${key}: 1\n` });
    const known = 'prefix, start_index, min, max, workdir';
    expect(errorsOf(text)).toMatchObject([
      {
        code: 'config.unknown_key',
        path,
        line: 10,
        column: 5,
        expected: key === 'MAX' ? known : nearest,
      },
    ]);
  });

  test('that is like none is told with all that are known there', () => {
    expect(errorsOf(changed({ more: 'tmux: { zzzzzzzzzzzzzzz: 1 }\n' }))).toMatchObject([
      { code: 'config.unknown_key', expected: 'socket_name, socket_path' },
    ]);
  });

  test('may be any text, and is shown without what moves a cursor', () => {
    const [error] = errorsOf(changed({ more: '"a/b~\\e[2J": 1\n' }));
    expect(error).toMatchObject({
      code: 'config.unknown_key',
      path: '/a~1b~0\u001b[2J',
      line: 12,
      column: 1,
      found: 'a/b~\\u001b[2J',
    });
  });

  test('called __proto__ is one, too', () => {
    expect(told(changed({ more: '__proto__: { pool: 1 }\n' }))).toEqual([
      'config.unknown_key /__proto__ 12:1',
    ]);
  });
});

describe('one wrong value', () => {
  test.each([
    ['prefix: ccl-auto-', 'prefix: "ccl:auto"', 'config.range /pool/autonomous/prefix 8:13'],
    ['prefix: ccl-auto-', 'prefix: ccl auto', 'config.range /pool/autonomous/prefix 8:13'],
    ['prefix: ccl-auto-', 'prefix: ""', 'config.range /pool/autonomous/prefix 8:13'],
    ['prefix: ccl-auto-', 'prefix:', 'config.type /pool/autonomous/prefix 8:5'],
    ['prefix: ccl-auto-', 'prefix: 7', 'config.type /pool/autonomous/prefix 8:13'],
    ['max: 10', 'max: 1001', 'config.range /pool/autonomous/max 9:10'],
    ['max: 10', 'max: -1', 'config.range /pool/autonomous/max 9:10'],
    ['max: 10', 'max: 1.5', 'config.type /pool/autonomous/max 9:10'],
    ['max: 10', 'max: "10"', 'config.type /pool/autonomous/max 9:10'],
    ['max: 10', 'max: 0', 'config.range /pool/autonomous/max 9:10'],
    ['max: 10', 'max: ~', 'config.type /pool/autonomous/max 9:10'],
    ['max: 10', 'max: 10\n    min: 11', 'config.range /pool/autonomous/min 10:10'],
    [
      'max: 10',
      'max: 10\n    start_index: 10000',
      'config.range /pool/autonomous/start_index 10:18',
    ],
    [
      'permission_mode: acceptEdits',
      'permission_mode: true',
      'config.type /agent/permission_mode 11:20',
    ],
    ['home: ~/.claude-compte1', 'home: ~', 'config.type /accounts/0/home 3:11'],
    ['home: ~/.claude-compte1', 'home: ""', 'config.range /accounts/0/home 3:11'],
    ['home: ~/.claude-compte1', 'home: "a\\0b"', 'config.range /accounts/0/home 3:11'],
    ['name: compte1', 'name: a/b', 'config.range /accounts/0/name 2:11'],
    ['root: ~/.claude-shared', 'root: [a]', 'config.type /shared_state/root 5:9'],
  ])('%s → %s', (from, to, error) => {
    expect(told(changed({ from, to }))).toEqual([error]);
  });

  test.each([
    ['accounts: []', 'config.range /accounts 1:11'],
    ['accounts: one', 'config.type /accounts 1:11'],
  ])('%s', (text, error) => {
    const rest = MINIMAL_CONFIG.slice(MINIMAL_CONFIG.indexOf('shared_state'));
    expect(told(`${text}\n${rest}`)).toEqual([error]);
  });

  test.each([
    ['restart: { period: 10 }', 'config.type /restart/period 12:20'],
    ['restart: { period: "10" }', 'config.type /restart/period 12:20'],
    ['restart: { period: 10 parsecs }', 'config.type /restart/period 12:20'],
    ['restart: { period: -5m }', 'config.type /restart/period 12:20'],
    ['restart: { period: 25d }', 'config.range /restart/period 12:20'],
    ['restart: { period: 10ms }', 'config.range /restart/period 12:20'],
    [
      'restart: { backoff_initial: 2s, backoff_max: 1s }',
      'config.range /restart/backoff_max 12:46',
    ],
    ['restart: { backoff_factor: 0.5 }', 'config.range /restart/backoff_factor 12:28'],
    ['restart: { intensity: -1 }', 'config.range /restart/intensity 12:23'],
    ['restart:', 'config.type /restart 12:1'],
    ['restart: []', 'config.type /restart 12:10'],
    ['reconcile: { interval: 0s }', 'config.range /reconcile/interval 12:24'],
    ['failover: { strategy: random }', 'config.range /failover/strategy 12:23'],
    ['failover: { proactive_threshold: 85 }', 'config.range /failover/proactive_threshold 12:34'],
    ['failover: { resume_prompt: "a\\e[2J" }', 'config.range /failover/resume_prompt 12:28'],
    ['tasks: { inboxes: ~/in }', 'config.type /tasks/inboxes 12:19'],
    ['tasks: { inboxes: [a, 5] }', 'config.type /tasks/inboxes/1 12:23'],
    ['tasks: { max_attempts: 0 }', 'config.range /tasks/max_attempts 12:24'],
    ['store: { url: "postgres://db" }', 'config.range /store/url 12:15'],
    ['control: { listen: "0.0.0.0:8765" }', 'config.range /control/listen 12:20'],
    ['control: { listen: "[::]:8765" }', 'config.range /control/listen 12:20'],
    ['control: { listen: "127.0.0.1:65536" }', 'config.range /control/listen 12:20'],
    ['control: { listen: 8765 }', 'config.type /control/listen 12:20'],
    ['control: { read_only: yes }', 'config.type /control/read_only 12:23'],
    ['tmux: { socket_name: a/b }', 'config.range /tmux/socket_name 12:22'],
    ['tmux: { socket_name: .. }', 'config.range /tmux/socket_name 12:22'],
    ['tmux: { socket_name: a, socket_path: /b }', 'config.range /tmux/socket_path 12:38'],
    [`tmux: { socket_name: ${'x'.repeat(120)} }`, 'config.range /tmux/socket_name 12:22'],
    ['log: { level: trace }', 'config.range /log/level 12:15'],
    ['state_dir: 5', 'config.type /state_dir 12:12'],
  ])('%s', (more, error) => {
    expect(told(changed({ more: `${more}\n` }))).toEqual([error]);
  });

  test.each([
    ['command: []', 'config.range /agent/command 12:12'],
    ['command: claude', 'config.type /agent/command 12:12'],
    ['command: [claude, ""]', 'config.range /agent/command/1 12:21'],
    ['model: ""', 'config.range /agent/model 12:10'],
    ['env: { IS_SANDBOX: 1 }', 'config.type /agent/env/IS_SANDBOX 12:22'],
    ['env: { "A-B": c }', 'config.unknown_key /agent/env/A-B 12:10'],
    ['env: { CLAUDE_CONFIG_DIR: /x }', 'config.range /agent/env/CLAUDE_CONFIG_DIR 12:29'],
    ['history_limit: 2000000', 'config.range /agent/history_limit 12:18'],
  ])('agent %s', (more, error) => {
    expect(told(changed({ more: `  ${more}\n` }))).toEqual([error]);
  });
});

describe('what is malformed', () => {
  const withAccounts = (accounts: string, account: string) =>
    told(
      changed({
        from: '    max: 10',
        to: `    max: 10\n  dedicated: [{ name: d, project: ~/p, account: ${account} }]`,
      }).replace(/^accounts:.*(?=shared_state)/s, `accounts: ${accounts}\n`),
    );

  test('does not hide what else is wrong in the same list', () => {
    expect(withAccounts('[~, { name: a, home: ~/a }, 5, { name: a, home: ~/a }]', 'a')).toEqual([
      'config.type /accounts/0 1:12',
      'config.type /accounts/2 1:39',
      'config.duplicate /accounts/3/name 1:50',
      'config.duplicate /accounts/3/home 1:59',
    ]);
  });

  test('is not blamed on those that refer to it', () => {
    expect(withAccounts('[{ name: a/b, home: ~/a }]', 'ab')).toEqual([
      'config.range /accounts/0/name 1:20',
    ]);
  });
});

test('a name that is told again is shown without what moves a cursor', () => {
  const to = 'max: 10\n  dedicated: [{ name: d, project: ~/p, account: "a\\e[2J" }]';
  expect(errorsOf(changed({ from: 'max: 10', to }))).toMatchObject([
    { message: 'there is no account a\\u001b[2J among accounts', found: 'a\\u001b[2J' },
  ]);
});

describe('a value that may be a secret', () => {
  test('of agent.env is never shown', () => {
    const text = changed({ more: '  env: { ANTHROPIC_API_KEY: 31415926535897 }\n' });
    expect(JSON.stringify(errorsOf(text))).not.toContain('31415926535897');
  });
});

describe('sessions', () => {
  test.each([
    ['ccl-auto-11', 'config.duplicate'],
    ['ccl-auto-20', 'config.duplicate'],
    ['_claude-failover-3', 'config.range'],
    ['a.b', 'config.range'],
  ])('a dedicated one may not be called %s', (name, code) => {
    const to = `max: 10\n    start_index: 11\n  dedicated: [{ name: ${name}, project: ~/p }]`;
    expect(told(changed({ from: 'max: 10', to }))).toEqual([
      `${code} /pool/dedicated/0/name 11:23`,
    ]);
  });

  test.each(['ccl-auto-10', 'ccl-auto-21', 'ccl-auto-011', 'ccl-1-conform'])(
    'a dedicated one may be called %s',
    (name) => {
      const to = `max: 10\n    start_index: 11\n  dedicated: [{ name: ${name}, project: ~/p }]`;
      const text = changed({ from: 'max: 10', to, more: 'lgo: 1\n' });
      expect(told(text)).toEqual(['config.unknown_key /lgo 14:1']);
    },
  );

  test('may be none but dedicated ones', () => {
    const to = 'max: 0\n  dedicated: [{ name: d, project: ~/p }]';
    expect(told(changed({ from: 'max: 10', to, more: 'lgo: 1\n' }))).toEqual([
      'config.unknown_key /lgo 13:1',
    ]);
  });

  test('may not begin like the control hub', () => {
    expect(told(changed({ from: 'ccl-auto-', to: '_claude-failover-' }))).toEqual([
      'config.range /pool/autonomous/prefix 8:13',
    ]);
  });
});

describe('bypassPermissions', () => {
  const bypass = (more = '') => changed({ from: 'acceptEdits', to: 'bypassPermissions', more });

  test('is refused as root', () => {
    expect(told(bypass(), 0)).toEqual(['config.range /agent/permission_mode 11:20']);
  });

  test('is refused as root when IS_SANDBOX says no', () => {
    expect(told(bypass('  env: { IS_SANDBOX: "0" }\n'), 0)).toHaveLength(1);
  });

  test.each([
    ['as root in a sandbox', '  env: { IS_SANDBOX: "1" }\n', 0],
    ['as another user', '', 1000],
  ])('is accepted %s', (_, more, uid) => {
    expect(told(bypass(`${more}lgo: 1\n`), uid)).toEqual([
      expect.stringContaining('config.unknown_key /lgo'),
    ]);
  });
});

describe('a text that is not YAML as we take it', () => {
  test('keys given twice are told, and the rest is checked all the same', () => {
    const text = changed({
      from: 'max: 10',
      to: 'max: 10\n    max: 20',
      more: 'lgo: 1\nlog: {}\nlog: {}\n',
    });
    expect(told(text)).toEqual([
      'config.duplicate  10:5',
      'config.unknown_key /lgo 13:1',
      'config.duplicate  15:1',
    ]);
  });

  test.each([
    ['tabs', 'log:\n\tlevel: info\n', 'config.syntax  13:1'],
    ['a list that is not closed', 'tasks: { inboxes: [a, b }\n', 'config.syntax  12:25'],
    ['a tag that nobody knows', 'log: !secret { level: info }\n', 'config.syntax  12:6'],
    ['an alias without its anchor', 'log: { level: *l }\n', 'config.syntax  12:15'],
    ['an alias inside its own anchor', 'log: &l { level: *l }\n', 'config.syntax  12:18'],
    ['a second document', '---\nlog: {}\n', 'config.syntax  12:1'],
  ])('%s', (_, more, error) => {
    expect(told(changed({ more }))[0]).toBe(error);
  });

  test('what a broken text makes of the rest is not told, keys given twice before it are', () => {
    const text = changed({
      from: 'max: 10',
      to: 'max: 10\n    max: 20',
      more: 'tasks: { inboxes: [a, b }\nlog:\n\tlevel: info\nstore: ]\n',
    });
    expect(told(text)).toEqual(['config.duplicate  10:5', 'config.syntax  13:25']);
  });

  test('a bomb of aliases is refused before it grows', () => {
    const levels = [...'bcdefghi'].map((name, i) => {
      const alias = `*${'abcdefghi'[i]}`;
      return `${name}: &${name} [${Array(9).fill(alias).join(', ')}]\n`;
    });
    expect(told(`a: &a [x, x]\n${levels.join('')}`)).toEqual(['config.syntax  1:1']);
  });

  test('a great many aliases are refused, too', () => {
    const text = `a: &a x\nb: [${Array(50_000).fill('*a').join(',')}]\n`;
    expect(told(text)).toEqual(['config.syntax  1:1']);
  });

  test('an alias of moderate use is fine, and an error in it is told for each use', () => {
    const text = changed({ more: 'tasks: { lease: &d 5, retry_backoff: *d }\n' });
    expect(told(text)).toEqual([
      'config.type /tasks/lease 12:20',
      'config.type /tasks/retry_backoff 12:38',
    ]);
  });

  test('a mistake inside what an alias repeats is placed where it was written', () => {
    const to = 'max: 10\n  dedicated: [&d { name: a.b, project: ~/p }, *d]';
    expect(told(changed({ from: 'max: 10', to }))).toEqual([
      'config.range /pool/dedicated/0/name 10:26',
      'config.range /pool/dedicated/1/name 10:26',
    ]);
  });

  test('nesting without end is refused', () => {
    const errors = errorsOf('['.repeat(200_000));
    expect(errors.length).toBeLessThanOrEqual(10);
    expect(errors[0]).toMatchObject({ code: 'config.syntax' });
  });

  test.each([
    ['a list', '- a\n'],
    ['a word', 'accounts\n'],
  ])('%s instead of a mapping', (_, text) => {
    expect(told(text)).toEqual(['config.type  1:1']);
  });
});
