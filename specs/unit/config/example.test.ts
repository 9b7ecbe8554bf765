import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { applyLinks } from '../../../actors/account/apply-links.ts';
import { planLinks } from '../../../actors/account/plan-links.ts';
import { checkSharedState } from '../../../config/guard.ts';
import { loadConfig } from '../../../config/load.ts';
import { configSchema } from '../../../config/schema.ts';
import type { Config } from '../../../config/types.ts';
import { configOf, MINIMAL_CONFIG, writeConfig } from '../../harness/config-file.ts';
import { everyKey } from '../../harness/schema-keys.ts';

const EXAMPLE = readFileSync('deploy/config.example.yaml', 'utf8');

function example() {
  const { file, world } = writeConfig(EXAMPLE);
  const result = loadConfig(file, world);
  if (!result.ok) throw new Error(JSON.stringify(result.errors, null, 2));
  return { config: result.config, home: world.home };
}

test('the example is a valid config', () => {
  const { config, home } = example();
  expect(config.pool.autonomous).toEqual({
    prefix: 'ccl-auto-',
    startIndex: 11,
    min: 10,
    max: 10,
    workdir: join(home, 'work'),
  });
});

test('with the homes it names, account link makes everything that the guard asks for', () => {
  const { config } = example();
  for (const { home } of config.accounts) mkdirSync(home);
  applyLinks(planLinks(config));
  expect(checkSharedState(config)).toEqual([]);
});

test('every key of the schema is in it, written out or as a comment', () => {
  const missing = everyKey(configSchema)
    .map(({ path }) => path)
    .filter((path) => !path.endsWith('[]') && !keysOfExample().has(path));
  expect(missing).toEqual([]);
});

test('what it calls default is the default', () => {
  const shown = sectionsOf(example().config);
  const { tasks, ...defaults } = sectionsOf(configOf(MINIMAL_CONFIG));
  expect(shown).toMatchObject(defaults);
  expect({ ...shown.tasks, inboxes: [] }).toEqual(tasks);
});

/** What does not depend on the operator's own names and paths. */
function sectionsOf({ agent, tmux, restart, reconcile, failover, tasks, log }: Config) {
  return { agent, tmux, restart, reconcile, failover, tasks, log };
}

/** Paths of its keys, those in comments such as `# socket_path: …` included. */
function keysOfExample(): ReadonlySet<string> {
  const uncommented = EXAMPLE.replace(/^( +)# (?=[a-z_]+: \S+( |$))/gm, '$1');
  return new Set(keysOf(parse(uncommented), ''));
}

function keysOf(value: unknown, above: string): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((item) => keysOf(item, `${above}[]`));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, child]) => {
    const path = above === '' ? key : `${above}.${key}`;
    return [path, ...keysOf(child, path)];
  });
}
