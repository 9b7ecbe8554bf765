import { afterAll, afterEach, beforeEach } from '@jest/globals';
import { close, openTest } from './leaks.ts';

const sandbox = sandboxPath();

beforeEach(() => openTest(sandbox));
afterEach(failOnLeaksOfTest);
afterAll(failOnLeaksOfFile);

// The environment moves hooks of these names behind the spec's own.
function failOnLeaksOfTest(): Promise<void> {
  return close('test', sandbox);
}

function failOnLeaksOfFile(): Promise<void> {
  return close('file', sandbox);
}

function sandboxPath(): string {
  const path = process.env['CLAUDE_FAILOVER_SPEC'];
  if (path === undefined)
    throw new Error('specs run in specs/harness/isolated-environment.mjs only');
  return path;
}
