#!/usr/bin/env node
/**
 * What `npm start` and `npm test` run: sets up what this machine lacks, then hands over.
 *
 *   node deploy/setup.mjs start [arguments of `claude-failover start`]
 *   node deploy/setup.mjs test  [arguments of jest]
 *   node deploy/setup.mjs prepare
 *
 * The rest is loaded only by a Node that is recent enough to read it.
 */
import { refuseOldNode } from './setup/node-version.mjs';

refuseOldNode();
const { run } = await import('./setup/commands.mjs');
await run(process.argv.slice(2));
