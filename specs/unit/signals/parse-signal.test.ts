import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseSignal } from '../../../actors/signals/parse-signal.ts';

const PAYLOADS = fileURLToPath(new URL('../../fixtures/client-payloads/hooks', import.meta.url));
const found = { session: 'pool-1', at: 1_795_000_000_000 };
const conversation = '41b24fe4-7ceb-41d5-8bfc-56a816326338';
const task = 't_01ARZ3NDEKTSV4RRFFQ69G5FAV';

/** What the payloads of the real client say, by file: null = nothing of the session. */
const TOLD = {
  'PermissionRequest.AskUserQuestion': { kind: 'asked', tool: 'AskUserQuestion' },
  'PermissionRequest.Bash': { kind: 'asked', tool: 'Bash' },
  'PermissionRequest.Write': { kind: 'asked', tool: 'Write' },
  'SessionEnd.other': { kind: 'ended', reason: 'other' },
  'SessionStart.compact': { kind: 'started', source: 'compact' },
  'SessionStart.resume': { kind: 'started', source: 'resume' },
  'SessionStart.startup': { kind: 'started', source: 'startup' },
  Stop: { kind: 'stopped', background: 0, result: expect.stringMatching(/^slow chunk 1 .* 60/) },
  'StopFailure.authentication_failed': {
    kind: 'failed',
    error: 'authentication_failed',
    message: expect.stringContaining('API Error: 403'),
  },
  'StopFailure.billing_error': {
    kind: 'failed',
    error: 'billing_error',
    message: 'Credit balance is too low',
  },
  // Of the agent that compacts the conversation.
  'StopFailure.invalid_request': null,
  'StopFailure.oauth_org_not_allowed': { kind: 'failed', error: 'oauth_org_not_allowed' },
  'StopFailure.rate_limit': {
    kind: 'failed',
    error: 'rate_limit',
    message: "You've hit your session limit · resets 8:13am (UTC)",
  },
  'StopFailure.server_error': { kind: 'failed', error: 'server_error' },
  'StopFailure.unknown': { kind: 'failed', error: 'unknown' },
  UserPromptSubmit: { kind: 'prompted', task: null },
} as const;

describe('the payloads of the real client', () => {
  test.each(readdirSync(PAYLOADS))('%s', (file) => {
    const text = readFileSync(join(PAYLOADS, file), 'utf8');
    const name = file.replace(/\.json$/, '');
    const told = Object.entries(TOLD).find(([known]) => known === name)?.[1];
    const parsed = parseSignal(text, found);
    if (told === undefined) expect(parsed).toMatchObject({ kind: 'bad' });
    else if (told === null) expect(parsed).toEqual({ kind: 'ignored' });
    else {
      expect(parsed).toMatchObject({ kind: 'signal', signal: { ...found, ...told } });
      const { session_id, prompt_id } = JSON.parse(text);
      expect(parsed).toHaveProperty('signal.conversation', session_id);
      if (told.kind === 'failed') expect(parsed).toHaveProperty('signal.prompt', prompt_id);
    }
  });
});

describe('a prompt', () => {
  test.each([
    [`[task ${task}]\nwork`, task],
    [`[task ${task}]`, task],
    [`go on with [task ${task}]`, null],
    [` [task ${task}]\nwork`, null],
    ['[task 7f3a]\nwork', null],
  ])('%j is of the task %j', (prompt, of) => {
    const parsed = parseSignal(payload('UserPromptSubmit', { prompt }), found);
    expect(parsed).toEqual({
      kind: 'signal',
      signal: { ...found, conversation, kind: 'prompted', task: of },
    });
  });
});

test('what the client tells the agent of its background work is nobody’s prompt', () => {
  const prompt = '<task-notification>\n<task-id>b2ft078b0</task-id>\n</task-notification>';
  expect(parseSignal(payload('UserPromptSubmit', { prompt }), found)).toEqual({ kind: 'ignored' });
});

test('a turn that left work in the background says how much', () => {
  const text = payload('Stop', { background_tasks: [{ id: '1' }, { id: '2' }] });
  expect(parseSignal(text, found)).toHaveProperty('signal.background', 2);
});

test('fields that the client leaves out are empty, and the signal is told', () => {
  expect(parseSignal(payload('Stop', {}), found)).toHaveProperty('signal', {
    ...found,
    conversation,
    kind: 'stopped',
    result: '',
    background: 0,
  });
  const failed = { kind: 'failed', error: 'unknown', message: '', prompt: null };
  for (const prompt_id of [undefined, '', 7]) {
    expect(parseSignal(payload('StopFailure', { prompt_id }), found)).toHaveProperty('signal', {
      ...found,
      conversation,
      ...failed,
    });
  }
});

test.each(['UserPromptSubmit', 'Stop', 'StopFailure', 'PermissionRequest', 'SessionEnd'])(
  'what a subagent does is not what the session does: %s',
  (event) => {
    const text = payload(event, { agent_id: 'a0ec24befba9fb190', agent_type: 'general-purpose' });
    expect(parseSignal(text, found)).toEqual({ kind: 'ignored' });
  },
);

describe('the tool guard', () => {
  const refused = { tool: 'Bash', rule: 'rm', reason: 'outside of the project' };

  test.each([{}, { agent_id: 'a0ec24befba9fb190' }])('is heard, also from a subagent: %j', (of) => {
    expect(parseSignal(payload('PreToolUse', { refused, ...of }), found)).toEqual({
      kind: 'signal',
      signal: { ...found, conversation, kind: 'refused', ...refused },
    });
  });

  test('has nothing to tell of a tool that it let pass', () => {
    expect(parseSignal(payload('PreToolUse', { tool_name: 'Bash' }), found)).toMatchObject({
      kind: 'bad',
    });
  });
});

test.each([
  ['nothing', ''],
  ['half an object', '{"session_id":"41b24fe4-7ceb-41d5'],
  ['two objects', '{}{}'],
  ['null', 'null'],
  ['a list', '[]'],
  ['a word', '"Stop"'],
  ['no event', JSON.stringify({ session_id: conversation })],
  ['an event of another kind', JSON.stringify({ session_id: conversation, hook_event_name: 7 })],
  ['a property of every object', payload('constructor', {})],
  ['no conversation', JSON.stringify({ hook_event_name: 'Stop' })],
  ['a path for a conversation', payload('Stop', { session_id: '../../etc/passwd' })],
])('%s is no signal', (_what, text) => {
  expect(parseSignal(text, found)).toEqual({ kind: 'bad', reason: expect.any(String) });
});

test('no JSON makes it throw', () => {
  const events = [...Object.keys(TOLD).map((name) => name.split('.')[0]), 'PreToolUse'];
  const fields = fc.dictionary(
    fc.constantFrom('prompt', 'error', 'background_tasks', 'refused', 'tool_name', 'agent_id'),
    fc.jsonValue(),
  );
  fc.assert(
    fc.property(fc.constantFrom(...events), fields, (event, rest) => {
      const text = payload(String(event), rest);
      expect(['signal', 'ignored', 'bad']).toContain(parseSignal(text, found).kind);
    }),
  );
  fc.assert(fc.property(fc.json(), (text) => parseSignal(text, found).kind !== 'signal'));
});

function payload(event: string, fields: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({ session_id: conversation, hook_event_name: event, ...fields });
}
