import { spawnSync } from 'node:child_process';

let before = null;

/**
 * Notes what is changed and untracked in the repository before the specs run. Only where nobody
 * else works in it, as on CI: what a person saves meanwhile is no leak.
 */
export function noteRepository() {
  before = process.env.CI === 'true' ? changes() : null;
}

/** Fails the run when the specs have left or changed anything in the repository. */
export function failOnRepositoryLeaks() {
  if (before === null) return;
  const left = changes().filter((line) => !before.includes(line));
  if (left.length > 0) throw new Error(`specs left behind in the repository:\n${left.join('\n')}`);
}

function changes() {
  const { stdout } = spawnSync('git', ['status', '--porcelain', '--untracked-files=all'], {
    encoding: 'utf8',
  });
  return (stdout ?? '').split('\n').filter((line) => line !== '');
}
