import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { turnOf } from '../../../actors/agent/transcript-turn.ts';
import { resumedPrompt, taskPrompt } from '../../../machines/policy/task-prompt.ts';
import type { TurnFailure, TurnSeen } from '../../../machines/signals.ts';
import { tempDir } from '../../harness/temp-dir.ts';

const conversation = 'aaaaaaaa-0000-4000-8000-000000000001';
const task = 't_01ARZ3NDEKTSV4RRFFQ69G5FAV';
const other = 't_01ARZ3NDEKTSV4RRFFQ69G5FAW';

const prompt = user(taskPrompt(task, 'do it'));
const end = { type: 'system', subtype: 'turn_duration', durationMs: 5, isMeta: false };
const interrupted = user([{ type: 'text', text: '[Request interrupted by user]' }], {});
const limit = assistant('the limit', {
  isApiErrorMessage: true,
  error: 'rate_limit',
  apiErrorStatus: 429,
  timestamp: '2026-11-22T06:25:20.514Z',
});

const HEADER = { type: 'text', text: `[task ${task}]` };

const NOTHING: TurnSeen = { prompted: false, outcome: null };
const UNKNOWN: TurnSeen = { prompted: true, outcome: null };
const done = (result: string): TurnSeen => ({ prompted: true, outcome: { kind: 'done', result } });
const FAILED: TurnSeen = {
  prompted: true,
  outcome: {
    kind: 'failed',
    error: 'rate_limit',
    message: 'the limit',
    status: 429,
    at: Date.UTC(2026, 10, 22, 6, 25, 20, 514),
    prompt: null,
    source: 'transcript',
  },
};
const INTERRUPTED: TurnSeen = { prompted: true, outcome: { kind: 'interrupted' } };

describe('a task is prompted', () => {
  test.each([
    ['its header begins a prompt', [prompt]],
    ['its header stands alone', [user(`[task ${task}]`)]],
    ['the prompt is in blocks', [user([{ type: 'text', text: taskPrompt(task, 'x') }])]],
    ['it was queued', [user(taskPrompt(task, 'x'), { promptSource: 'queued' })]],
  ])('when %s', async (_when, rows) => {
    expect(await seen(rows)).toEqual(UNKNOWN);
  });

  test.each([
    ['nothing was said', []],
    ['another task was', [user(taskPrompt(other, 'x'))]],
    ['somebody speaks of it', [user(`what of [task ${task}]?`)]],
    ['the model says its header', [assistant(`[task ${task}]`)]],
    ['a tool does', [user([{ type: 'tool_result', content: `[task ${task}]\n` }, HEADER], {})]],
    ['its prompt waits in the queue', [{ type: 'queue-operation', content: `[task ${task}]\n` }]],
    ['it is an attachment', [{ type: 'attachment', attachment: { prompt: `[task ${task}]` } }]],
    ['the client notes it', [user(`[task ${task}]\n`, { isMeta: true })]],
    ['a summary repeats it', [user(`[task ${task}]\n`, { isCompactSummary: true })]],
    ['it is given to a subagent', [{ ...prompt, isSidechain: true }]],
    [
      'the client notes it as the last prompt',
      [{ type: 'last-prompt', lastPrompt: `[task ${task}]` }],
    ],
  ])('not when %s', async (_when, rows) => {
    expect(await seen(rows)).toEqual(NOTHING);
  });
});

describe('its turn', () => {
  test.each<readonly [string, readonly object[], TurnSeen]>([
    ['goes on', [prompt, assistant('half')], UNKNOWN],
    ['is done', [prompt, assistant('all done'), end], done('all done')],
    ['failed', [prompt, limit, end], FAILED],
    ['was interrupted', [prompt, interrupted], INTERRUPTED],
    ['ended without an answer', [prompt, end], UNKNOWN],
  ])('%s', async (_how, rows, expected) => {
    expect(await seen(rows)).toEqual(expected);
  });

  test('is done with what the agent said last, whatever else it did', async () => {
    const rows = [
      prompt,
      assistant('first'),
      tool(),
      user([{ type: 'tool_result', content: 'touched' }], {}),
      assistant('last'),
      assistant([{ type: 'thinking', thinking: 'hm' }]),
      { ...assistant('a subagent'), isSidechain: true },
      { type: 'system', subtype: 'stop_hook_summary' },
      { type: 'ai-title', aiTitle: 'x' },
      end,
    ];
    expect(await seen(rows)).toEqual(done('last'));
  });

  test('is done when an error was followed by an answer', async () => {
    expect(await seen([prompt, limit, assistant('after all'), end])).toEqual(done('after all'));
    expect(await seen([prompt, assistant('half'), limit, tool(), end])).toEqual(done(''));
    expect(await seen([prompt, tool(), end])).toEqual(done(''));
  });

  test('failed when its last word is an error, also one of which little is noted', async () => {
    const nameless = assistant('oh', { isApiErrorMessage: true });
    const before = Date.now();
    const { outcome } = await seen([prompt, assistant('half'), nameless, end]);
    expect(outcome).toEqual({
      kind: 'failed',
      error: 'unknown',
      message: 'oh',
      status: null,
      at: expect.any(Number),
      prompt: null,
      source: 'transcript',
    });
    // Times in its message count from then: a row without a date is taken for new.
    expect((outcome as TurnFailure).at).toBeGreaterThanOrEqual(before);
  });

  test('failed in the prompt whose id its rows bear, as the hook tells it', async () => {
    const asked = { ...prompt, promptId: 'p-1' };
    const used = user([{ type: 'tool_result', content: 'x' }], { promptId: 'p-1' });
    const noted = user('<task-notification>', {
      origin: { kind: 'task-notification' },
      promptId: 'p-2',
    });
    const waits = { ...end, pendingBackgroundAgentCount: 1 };
    const failedIn = (id: string) => ({ outcome: { kind: 'failed', prompt: id } });
    expect(await seen([asked, limit, end])).toMatchObject(failedIn('p-1'));
    expect(await seen([asked, tool(), used, limit, end])).toMatchObject(failedIn('p-1'));
    // What was left in the background came to its end, and that turn failed.
    const later = [asked, assistant('it runs'), waits, noted, limit, end];
    expect(await seen(later)).toMatchObject(failedIn('p-2'));
    // Of the prompt before nothing is told.
    expect(await seen([asked, limit, end, prompt, limit, end])).toEqual(FAILED);
  });

  test('of the real client, every error with its status and its time', async () => {
    const rows = realRows().filter((row) => row.includes('isApiErrorMessage'));
    const outcomes = await Promise.all(
      rows.map(async (row) => (await seenIn([line(prompt), row, line(end)].join('\n'))).outcome),
    );
    const told = rows.map((row) => {
      const { error, apiErrorStatus: status = null, timestamp } = JSON.parse(row);
      return { kind: 'failed', error, status, at: Date.parse(timestamp), prompt: null };
    });
    expect(outcomes).toMatchObject(told);
    const statuses = told.map(({ status }) => status);
    expect(statuses).toEqual(expect.arrayContaining([429, 400, 403, 401, 529, 500, 502, null]));
  });

  test('was interrupted when a person refused a tool', async () => {
    const rows = [
      prompt,
      tool(),
      user([{ type: 'tool_result', content: "The user doesn't want to", is_error: true }], {}),
      user([{ type: 'text', text: '[Request interrupted by user for tool use]' }], {}),
    ];
    expect(await seen(rows)).toEqual(INTERRUPTED);
  });

  test('has not ended while agents work in the background, and ends when they were heard', async () => {
    const waits = { ...end, pendingBackgroundAgentCount: 1 };
    const note = user('<task-notification>', { origin: { kind: 'task-notification' } });
    expect(await seen([prompt, assistant('they run'), waits])).toEqual(UNKNOWN);
    expect(
      await seen([prompt, assistant('they run'), waits, note, assistant('all done'), end]),
    ).toEqual(done('all done'));
    expect(await seen([prompt, assistant('x'), { ...end, pendingWorkflowCount: 2 }])).toEqual(
      UNKNOWN,
    );
  });

  test('has not ended while a shell runs in the background, of which its last row says nothing', async () => {
    const begun = user([{ type: 'tool_result', content: 'in the background' }], {
      toolUseResult: { stdout: '', backgroundTaskId: 'b2ft078b0' },
    });
    const note = (id: string) => `<task-notification>\n<task-id>${id}</task-id>\n`;
    const noted = user(note('b2ft078b0'), { origin: { kind: 'task-notification' } });
    const another = user(note('b0000000'), { origin: { kind: 'task-notification' } });
    const attached = {
      type: 'attachment',
      attachment: { type: 'queued_command', prompt: note('b2ft078b0') },
    };
    const rows = [prompt, tool(), begun, assistant('it runs')];
    expect(await seen([...rows, end])).toEqual(UNKNOWN);
    expect(await seen([...rows, end, another, assistant('x'), end])).toEqual(UNKNOWN);
    expect(await seen([...rows, end, noted, assistant('all done'), end])).toEqual(done('all done'));
    expect(await seen([...rows, attached, assistant('all done'), end])).toEqual(done('all done'));
    // Its agent was killed, and with it the shell.
    expect(await seen([...rows, end, prompt, assistant('again'), end])).toEqual(done('again'));
  });

  test.each([
    ['done', [prompt, assistant('all done'), end], done('all done')],
    ['failed', [prompt, limit, end], FAILED],
    ['interrupted', [prompt, interrupted], INTERRUPTED],
  ])('stays %s whatever a person does afterwards', async (_how, rows, expected) => {
    const later = [user('and now?'), assistant('something else'), end, user('x'), interrupted];
    expect(await seen([...rows, ...later])).toEqual(expected);
  });

  test('says nothing when somebody prompted before it ended', async () => {
    const rows = [prompt, assistant('half'), user('what time is it?'), assistant('noon'), end];
    expect(await seen(rows)).toEqual(UNKNOWN);
    const taken = [prompt, user(taskPrompt(other, 'x')), assistant('done'), end];
    expect(await seen(taken)).toEqual(UNKNOWN);
    expect(await seen(taken, other)).toEqual(done('done'));
  });
});

describe('a conversation that was cut off and goes on', () => {
  // What the client writes when it resumes a turn that a kill has cut off.
  const mended = [
    user([{ type: 'text', text: 'Continue from where you left off.' }], { isMeta: true }),
    assistant('No response requested.', {}, '<synthetic>'),
  ];

  test('says nothing of the turn that was cut off', async () => {
    expect(await seen([prompt, assistant('half'), ...mended])).toEqual(UNKNOWN);
    expect(await seen([prompt, ...mended, end])).toEqual(UNKNOWN);
  });

  test('speaks of the latest prompt of the task, not of the first', async () => {
    const resumed = user(resumedPrompt(task, 'Continue where you left off.'));
    expect(await seen([prompt, limit, end, resumed])).toEqual(UNKNOWN);
    expect(await seen([prompt, ...mended, resumed, assistant('all done'), end])).toEqual(
      done('all done'),
    );
    expect(await seen([prompt, assistant('x'), end, resumed, limit, end])).toEqual(FAILED);
  });

  test('ends as well when the client went on by itself', async () => {
    const rows = [prompt, ...mended.slice(0, 1), assistant('all done'), end];
    expect(await seen(rows)).toEqual(done('all done'));
  });
});

describe('a file', () => {
  test('with rows that were cut short is read past them', async () => {
    const text = [`{"type":"user","message":{"content":"[task ${task}]`, prompt, '{"type":"ass'];
    expect(await seenIn(`${text.map(line).join('\n')}\n`)).toEqual(UNKNOWN);
    expect(await seenIn([prompt, assistant('x'), '{"ty', end].map(line).join('\n'))).toEqual(
      done('x'),
    );
  });

  test('of the real client, with a row of each kind in it, changes nothing', async () => {
    const kinds = realRows().filter((row) => !row.includes('turn_duration') && !isEnd(row));
    expect(kinds.length).toBeGreaterThan(20);
    const rows = [...kinds, line(prompt), ...kinds.filter(isNote), line(assistant('x')), line(end)];
    expect(await seenIn(rows.join('\n'))).toEqual(done('x'));
  });

  test('that is not there says nothing', async () => {
    const root = tempDir();
    mkdirSync(join(root, 'projects'));
    expect(await turnOf(root, { conversation, task })).toEqual(NOTHING);
  });

  test('that cannot be looked for is an error: unknown is not gone', async () => {
    const root = tempDir();
    await expect(turnOf(root, { conversation, task })).rejects.toThrow('ENOENT');
    mkdirSync(join(root, 'projects'));
    await expect(turnOf(root, { conversation: '../x', task })).rejects.toMatchObject({
      code: 'CONFLICT',
    });
  });
});

function seen(rows: readonly object[], of = task): Promise<TurnSeen> {
  return seenIn(rows.map((row) => `${line(row)}\n`).join(''), of);
}

async function seenIn(text: string, of = task): Promise<TurnSeen> {
  const root = tempDir();
  mkdirSync(join(root, 'projects', '-work'), { recursive: true });
  mkdirSync(join(root, 'projects', '-other'));
  writeFileSync(join(root, 'projects', '-work', `${conversation}.jsonl`), text);
  const turn = await turnOf(root, { conversation, task: of });
  rmSync(root, { recursive: true });
  return turn;
}

/** A row of each kind, as the real client has written them. */
function realRows(): readonly string[] {
  const url = new URL('../../fixtures/client-payloads/transcript-rows.jsonl', import.meta.url);
  return readFileSync(url, 'utf8')
    .split('\n')
    .filter((row) => row !== '');
}

function line(row: object | string): string {
  return typeof row === 'string' ? row : JSON.stringify(row);
}

function user(content: unknown, of: object = { origin: { kind: 'human' }, promptSource: 'typed' }) {
  return { type: 'user', isSidechain: false, message: { role: 'user', content }, ...of };
}

function assistant(content: unknown, of: object = {}, model = 'a-model') {
  const blocks = typeof content === 'string' ? [{ type: 'text', text: content }] : content;
  return { type: 'assistant', message: { role: 'assistant', model, content: blocks }, ...of };
}

function tool() {
  return assistant([{ type: 'tool_use', id: 'a', name: 'Bash', input: {} }]);
}

function isEnd(row: string): boolean {
  return row.includes('Request interrupted');
}

/** Not a prompt, nor an answer. */
function isNote(row: string): boolean {
  return !['user', 'assistant'].includes(JSON.parse(row).type);
}
