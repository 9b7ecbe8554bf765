import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { isFolderOf } from '../../../actors/agent/project-folder.ts';
import { clearTheWay, hasTranscript } from '../../../actors/agent/transcript.ts';
import { tempDir } from '../../harness/temp-dir.ts';

const id = 'aaaaaaaa-0000-4000-8000-000000000001';
const note = '{"type":"ai-title","aiTitle":"t"}\n{"type":"mode","mode":"normal"}\n';
const user = '{"type":"user","message":{"role":"user","content":"hi"}}\n';

test.each([
  ['user', user],
  ['assistant', '{"type":"assistant"}\n'],
  ['attachment', '{"type":"attachment"}\n'],
  ['system', '{"type":"system","subtype":"informational"}'],
])('a row of type %s makes a conversation', async (_type, row) => {
  expect(await hasTranscript(rootWith(note + row), id)).toBe(true);
});

test.each([
  ['an empty file', ''],
  ['notes only', note],
  ['a first row that was cut short', note + user.slice(0, 30)],
])('%s is no conversation, and is moved out of the way of a new one', async (_what, content) => {
  const root = rootWith(content);
  expect(await hasTranscript(root, id)).toBe(false);
  await clearTheWay(root, id);
  const kept = readFileSync(join(root, 'projects', '-work', `${id}.jsonl.unstarted`), 'utf8');
  expect(kept).toBe(content);
});

test('a conversation is never moved', async () => {
  const root = rootWith(note + user);
  await expect(clearTheWay(root, id)).rejects.toMatchObject({ code: 'CONFLICT' });
  expect(await hasTranscript(root, id)).toBe(true);
});

test('a conversation without a file has no transcript', async () => {
  const root = rootWith(user);
  expect(await hasTranscript(root, 'aaaaaaaa-0000-4000-8000-000000000002')).toBe(false);
});

test('with a directory, a conversation is looked for in its folder alone, as the client does', async () => {
  const dir = tempDir();
  const [here, link, other] = ['my work_1', 'link', 'other'].map((name) => join(dir, name));
  if (!here || !link || !other) throw new Error('no directories');
  mkdirSync(here);
  mkdirSync(other);
  symlinkSync(here, link);
  const root = rootWith(user, here.replace(/[^a-zA-Z0-9]/g, '-'));
  const looks = [here, link, other].map((from) => hasTranscript(root, id, from));
  expect(await Promise.all(looks)).toEqual([true, true, false]);
});

test('the folder of a long path has its beginning, and a hash', () => {
  const long = `/${'a'.repeat(250)}`;
  expect(isFolderOf(`-${'a'.repeat(199)}-1x2y3z`, long)).toBe(true);
  expect(isFolderOf(`-${'a'.repeat(250)}`, long)).toBe(false);
  expect(isFolderOf(`-${'a'.repeat(199)}`, `/${'a'.repeat(199)}`)).toBe(true);
});

test('when the disk does not tell, neither do we: unknown is not gone', async () => {
  const root = rootWith(user);
  rmSync(join(root, 'projects'), { recursive: true });
  writeFileSync(join(root, 'projects'), 'not a directory');
  await expect(hasTranscript(root, id)).rejects.toThrow('ENOTDIR');
});

function rootWith(content: string, folder = '-work'): string {
  const root = tempDir();
  mkdirSync(join(root, 'projects', folder), { recursive: true });
  mkdirSync(join(root, 'projects', '-other'));
  writeFileSync(join(root, 'projects', folder, `${id}.jsonl`), content);
  return root;
}
