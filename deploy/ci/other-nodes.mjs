#!/usr/bin/env node
/**
 * Runs the fast specs on the other supported releases of Node, each in a fresh clone of HEAD with
 * native modules of its own: other-nodes.mjs RESULTS_DIR, where jest's results go as node-N.json.
 *
 * Node itself comes as a package, headers included, so that nothing else has to be reached.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { PROJECT } from '../setup/project.mjs';

const RELEASES = ['22', '24'];

const results = resolve(process.argv[2] ?? '.');
for (const release of RELEASES) {
  if (!process.version.startsWith(`v${release}.`)) testOn(release);
}

function testOn(release) {
  const place = mkdtempSync(join(tmpdir(), `node-${release}-`));
  try {
    const clone = join(place, 'clone');
    const env = {
      ...process.env,
      PATH: `${nodeIn(place, release)}${delimiter}${process.env.PATH}`,
    };
    run('git', ['clone', '--quiet', PROJECT, clone]);
    run('node', ['deploy/setup.mjs', 'prepare'], { cwd: clone, env });
    const report = ['--json', `--outputFile=${join(results, `node-${release}.json`)}`];
    run('npm', ['run', 'spec:fast', '--', ...report], { cwd: clone, env });
  } catch (error) {
    // The next release is tried all the same.
    process.stderr.write(`Node ${release}: ${error.message}\n`);
    process.exitCode = 1;
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

/** Installs the release and gives the directory of its `node`. */
function nodeIn(place, release) {
  const name = `node-${process.platform}-${process.arch}`;
  writeFileSync(join(place, 'package.json'), '{ "private": true }');
  run('npm', ['install', '--no-audit', '--no-fund', `${name}@${release}`], { cwd: place });
  return join(place, 'node_modules', name, 'bin');
}

function run(program, args, options = {}) {
  const { status } = spawnSync(program, args, {
    stdio: ['ignore', 'inherit', 'inherit'],
    ...options,
  });
  if (status !== 0) throw new Error(`\`${program} ${args.join(' ')}\` failed`);
}
