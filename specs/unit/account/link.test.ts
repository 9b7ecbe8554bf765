import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { applyLinks } from '../../../actors/account/apply-links.ts';
import { describeStep } from '../../../actors/account/describe-step.ts';
import { type LinkPlan, planLinks } from '../../../actors/account/plan-links.ts';
import { checkSharedState } from '../../../config/guard.ts';
import { SHARED_LINKS } from '../../../config/types.ts';
import { makeAccountHomes } from '../../harness/account-home.ts';
import { tempDir } from '../../harness/temp-dir.ts';

/** Accounts that are configured and nothing more: not even their homes are there. */
function nothingYet(dir = tempDir()) {
  const accounts = ['one', 'two'].map((name) => ({ name, home: join(dir, name), priority: 1 }));
  return { dir, accounts, sharedState: { root: join(dir, 'shared', 'root') } };
}

function kindsOf(plan: LinkPlan) {
  return plan.map(({ kind, account, link }) => `${kind} ${account} ${link}`);
}

test('on a fresh machine everything is created, private, and then the guard is content', () => {
  const config = nothingYet();
  const plan = planLinks(config);
  expect(kindsOf(plan)).toEqual([
    ...SHARED_LINKS.map((link) => `create_directory null ${link}`),
    ...['one', 'two'].flatMap((name) => [
      `create_directory ${name} null`,
      ...SHARED_LINKS.map((link) => `create_link ${name} ${link}`),
    ]),
  ]);
  expect(applyLinks(plan).map(({ outcome }) => outcome)).toEqual(plan.map(() => 'created'));
  expect(checkSharedState(config)).toEqual([]);
  for (const path of [config.sharedState.root, join(config.dir, 'one')]) {
    expect(statSync(path).mode & 0o777).toBe(0o700);
  }
});

test('planning creates nothing', () => {
  const { dir, ...config } = nothingYet();
  planLinks(config);
  expect(readdirSync(dir)).toEqual([]);
});

test('where all is well there is nothing to do, and nothing is done', () => {
  const { config } = makeAccountHomes();
  const plan = planLinks(config);
  expect(new Set(plan.map(({ kind }) => kind))).toEqual(new Set(['fine']));
  expect(new Set(applyLinks(plan).map(({ outcome }) => outcome))).toEqual(new Set(['fine']));
});

test('only what is missing is created; what is there stays as it is, byte for byte', () => {
  const { config, dir } = makeAccountHomes(['one', 'two']);
  const at = (name: string) => join(dir, name);
  rmSync(at('one/projects'));
  mkdirSync(at('one/projects'));
  writeFileSync(at('one/projects/talk.jsonl'), 'precious');
  rmSync(at('one/file-history'));
  symlinkSync('/elsewhere', at('one/file-history'));
  rmSync(at('one/session-env'));
  rmSync(at('two/session-env'));
  const outcomes = applyLinks(planLinks(config));
  expect(
    kindsOf(outcomes.filter(({ outcome }) => outcome !== 'fine').map(({ step }) => step)),
  ).toEqual([
    'refused one projects',
    'refused one file-history',
    'create_link one session-env',
    'create_link two session-env',
  ]);
  expect(readFileSync(at('one/projects/talk.jsonl'), 'utf8')).toBe('precious');
  expect(readlinkSync(at('one/file-history'))).toBe('/elsewhere');
  expect(checkSharedState(config).map(({ code }) => code)).toEqual([
    'guard.not_a_link',
    'guard.dangling',
  ]);
});

test('a refusal says why, in the words of the guard', () => {
  const { config, dir } = makeAccountHomes(['one']);
  rmSync(join(dir, 'one/projects'));
  mkdirSync(join(dir, 'one/projects'));
  const [violation] = checkSharedState(config);
  const refused = planLinks(config).find(({ kind }) => kind === 'refused');
  expect(refused).toMatchObject({ kind: 'refused', why: violation });
  expect(applyLinks(planLinks(config)).find(({ outcome }) => outcome === 'refused')).toMatchObject({
    why: violation?.message,
  });
});

test('a right link whose canonical directory is to be created is fine', () => {
  const { config, dir, root } = makeAccountHomes(['one']);
  rmSync(root, { recursive: true });
  rmSync(join(dir, 'one/session-env'));
  symlinkSync('../../canon/session-env', join(dir, 'one/session-env'));
  mkdirSync(join(dir, 'disk2'));
  renameSync(join(dir, 'one'), join(dir, 'disk2/one'));
  symlinkSync('disk2/one', join(dir, 'one'));
  const plan = planLinks(config);
  expect(kindsOf(plan)).toEqual([
    ...SHARED_LINKS.map((link) => `create_directory null ${link}`),
    'fine one null',
    ...SHARED_LINKS.map((link) => `fine one ${link}`),
  ]);
  applyLinks(plan);
  expect(checkSharedState(config)).toEqual([]);
});

test('a canonical path or a home that is a link to nothing is refused, not made up for', () => {
  const { config, dir, root } = makeAccountHomes(['one']);
  rmSync(join(root, 'projects'), { recursive: true });
  symlinkSync('/unmounted/disk', join(root, 'projects'));
  rmSync(join(dir, 'one'), { recursive: true });
  symlinkSync('/unmounted/home', join(dir, 'one'));
  const plan = planLinks(config);
  expect(kindsOf(plan)).toEqual([
    'refused null projects',
    'fine null file-history',
    'fine null session-env',
    'refused one null',
  ]);
  applyLinks(plan);
  expect(readlinkSync(join(dir, 'one'))).toBe('/unmounted/home');
});

test('what somebody else has put there since the plan was made is left alone and told', () => {
  const config = nothingYet();
  const plan = planLinks(config);
  mkdirSync(join(config.dir, 'one'));
  symlinkSync('/theirs', join(config.dir, 'one/projects'));
  writeFileSync(join(config.dir, 'one/file-history'), 'theirs');
  const raced = applyLinks(plan).filter(({ outcome }) => outcome === 'raced');
  expect(kindsOf(raced.map(({ step }) => step))).toEqual([
    'create_directory one null',
    'create_link one projects',
    'create_link one file-history',
  ]);
  expect(readlinkSync(join(config.dir, 'one/projects'))).toBe('/theirs');
  expect(readFileSync(join(config.dir, 'one/file-history'), 'utf8')).toBe('theirs');
  expect(lstatSync(join(config.dir, 'one/session-env')).isSymbolicLink()).toBe(true);
});

test('a step that fails does not keep the others from being done', () => {
  const config = nothingYet();
  const plan = planLinks(config);
  writeFileSync(join(config.dir, 'shared'), 'a file where a directory should be made');
  const outcomes = applyLinks(plan);
  expect(outcomes.slice(0, 3)).toMatchObject(
    SHARED_LINKS.map(() => ({ outcome: 'failed', why: expect.stringMatching(/ENOTDIR|EEXIST/) })),
  );
  expect(outcomes.slice(3).map(({ outcome }) => outcome)).toEqual(Array(8).fill('created'));
});

test('a plan can be shown, one line a step, whatever is in the paths', () => {
  const config = nothingYet(tempDir({ name: 'it is\nodd' }));
  const lines = planLinks(config).map(describeStep);
  const dir = config.dir.replace('\n', '\\n');
  expect(lines[0]).toBe(`create directory  ${dir}/shared/root/projects`);
  expect(lines[4]).toBe(`create link       ${dir}/one/projects -> ${dir}/shared/root/projects`);
});
