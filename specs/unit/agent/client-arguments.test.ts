import { expect, test } from '@jest/globals';
import { clientArguments } from '../../../actors/agent/client-arguments.ts';

const agent = { permissionMode: 'acceptEdits', model: null };
const id = 'aaaaaaaa-0000-4000-8000-000000000001';

test('a new conversation is begun under the id it is given', () => {
  const launch = { conversation: id, mode: 'new', prompt: null } as const;
  expect(clientArguments(agent, launch, '/s.json')).toEqual([
    ...['--session-id', id, '--settings', '/s.json', '--permission-mode', 'acceptEdits'],
  ]);
});

test('a resumed one is given its mode and model again, and the prompt as the last word', () => {
  const launch = { conversation: id, mode: 'resume', prompt: '-x go on' } as const;
  expect(clientArguments({ ...agent, model: 'opus' }, launch, '/s.json')).toEqual([
    ...['--resume', id, '--settings', '/s.json', '--permission-mode', 'acceptEdits'],
    ...['--model', 'opus', '--', '-x go on'],
  ]);
});

test.each(['mcp', 'doctor', 'setup-token'])('the lone word %s is text, not a command', (prompt) => {
  const launch = { conversation: id, mode: 'new', prompt } as const;
  expect(clientArguments(agent, launch, '/s.json').at(-1)).toBe(` ${prompt}`);
});
