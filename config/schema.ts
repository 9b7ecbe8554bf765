import type { FromSchema } from 'json-schema-to-ts';
import { agentSchema, reconcileSchema, restartSchema, tmuxSchema } from './schema/agent.ts';
import { controlSchema, logSchema, stateDirSchema, storeSchema } from './schema/daemon.ts';
import { accountsSchema, poolSchema, sharedStateSchema } from './schema/pool.ts';
import { failoverSchema, tasksSchema } from './schema/work.ts';

/**
 * The JSON Schema of the config file: the one source of its keys, defaults, limits and words of
 * explanation. What spans several keys is in `consistency.ts`.
 */
export const configSchema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'claude-failover config',
  type: 'object',
  additionalProperties: false,
  required: ['accounts'],
  properties: {
    accounts: accountsSchema,
    shared_state: sharedStateSchema,
    pool: poolSchema,
    agent: agentSchema,
    tmux: tmuxSchema,
    restart: restartSchema,
    reconcile: reconcileSchema,
    failover: failoverSchema,
    tasks: tasksSchema,
    store: storeSchema,
    control: controlSchema,
    log: logSchema,
    state_dir: stateDirSchema,
  },
} as const;

/** A config file as parsed and with defaults filled in: YAML's names, durations and paths as text. */
export type RawConfig = FromSchema<typeof configSchema>;
