import { expect, test } from '@jest/globals';
import { configSchema } from '../../../config/schema.ts';
import { everyKey, type KeySchema } from '../../harness/schema-keys.ts';

test('every key says what it does', () => {
  const silent = everyKey(configSchema).filter(
    ({ schema }) => !/\w \w/.test(schema.description ?? ''),
  );
  expect(silent.map(({ path }) => path)).toEqual([]);
});

test('no mapping but agent.env takes keys that are not named', () => {
  const mappings: readonly { path: string; schema: KeySchema }[] = [
    { path: '', schema: configSchema },
    ...everyKey(configSchema),
  ].filter(({ schema }) => schema.type === 'object');
  expect(mappings.length).toBeGreaterThan(10);
  expect(mappings.filter(({ schema }) => schema.additionalProperties !== false)).toEqual([]);
  expect(mappings.filter(({ schema }) => schema.patternProperties).map(({ path }) => path)).toEqual(
    ['agent.env'],
  );
});

test('only what no default can decide is required', () => {
  const required = everyKey(configSchema).flatMap(({ path, schema }) =>
    (schema.required ?? []).map((key) => `${path}.${key}`),
  );
  expect([...configSchema.required, ...required]).toEqual([
    'accounts',
    'accounts[].name',
    'accounts[].home',
    'shared_state.root',
    'pool.autonomous.prefix',
    'pool.autonomous.max',
    'pool.dedicated[].name',
    'pool.dedicated[].project',
    'agent.permission_mode',
  ]);
});
