import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AgentConfig } from '../../config/types.ts';
import { type Failure, limitAccount } from '../fixtures/demo-agent/failure.ts';
import { compiledFixture } from './compiled.ts';

/**
 * The `agent` section for the demo agent, which needs nothing in an account's home but its links.
 * `env` takes its knobs (specs/fixtures/demo-agent/README.md).
 */
export function demoAgentConfig(env: Readonly<Record<string, string>> = {}): AgentConfig {
  return {
    command: [process.execPath, compiledFixture('demo-agent/main')],
    permissionMode: 'default',
    model: null,
    env,
    toolGuard: { when: 'skipping', allow: [] },
    historyLimit: 500,
    startTimeoutMs: 60_000,
  };
}

/** From now on every turn of this account hits its usage limit, as after `[[demo:limit …]]`. */
export function limitDemoAccount(home: string, durationMs: number): Failure {
  return limitAccount(home, durationMs);
}

/** From now on every turn of this account fails like this, until `failure.until`. */
export function failDemoAccount(home: string, failure: Failure): void {
  writeFileSync(join(home, FAILURE_FILE), JSON.stringify(failure));
}

/** The account works again. */
export function healDemoAccount(home: string): void {
  rmSync(join(home, FAILURE_FILE), { force: true });
}

const FAILURE_FILE = 'demo-failure.json';

/** How agents of this account start and end from now on: knobs of specs/fixtures/demo-agent/README.md. */
export function chooseDemoStarts(home: string, knobs: Readonly<Record<string, string>>): void {
  writeFileSync(join(home, KNOBS_FILE), JSON.stringify(knobs));
}

const KNOBS_FILE = 'demo-knobs.json';
