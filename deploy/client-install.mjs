#!/usr/bin/env node
/**
 * Installs the real client, pinned to the version our facts were measured on, into the ignored
 * folder `.client/`, for the specs that drive it. Run again, it does nothing. It prints the path of
 * the command on stdout; everything else goes to stderr.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const PACKAGE = '@anthropic-ai/claude-code';
const VERSION = '2.1.197';
const FOLDER = fileURLToPath(new URL('../.client/', import.meta.url));
const COMMAND = path.join(FOLDER, 'node_modules', '.bin', 'claude');
const UNAVAILABLE = 69;

if (!isInstalled()) install();
process.stdout.write(`${COMMAND}\n`);

/** True when exactly the pinned version is there and starts: an interrupted install does not count. */
function isInstalled() {
  const manifest = path.join(FOLDER, 'node_modules', PACKAGE, 'package.json');
  if (!existsSync(manifest)) return false;
  return JSON.parse(readFileSync(manifest, 'utf8')).version === VERSION && starts();
}

/** Without its install script the package holds a stand-in that only prints an error. */
function starts() {
  const { stdout } = spawnSync(COMMAND, ['--version'], {
    encoding: 'utf8',
    env: { HOME: FOLDER, PATH: process.env.PATH ?? '', DISABLE_AUTOUPDATER: '1' },
  });
  return stdout?.startsWith(VERSION) ?? false;
}

function install() {
  process.stderr.write(
    `Installing ${PACKAGE}@${VERSION} into .client/ (about 250 MB). It is Anthropic's program, under ` +
      "Anthropic's own terms (https://code.claude.com/docs/en/legal-and-compliance); by using it you accept them.\n",
  );
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(path.join(FOLDER, 'package.json'), manifestText());
  const { status } = spawnSync('npm', ['install', '--prefix', FOLDER, '--no-audit', '--no-fund'], {
    // stdout is ours alone: callers read the path from it.
    stdio: ['ignore', 2, 2],
  });
  if (status !== 0) fail(`npm install ended with status ${status}`);
  if (!isInstalled()) fail('the client was installed but does not start');
}

/** The one install script allowed puts the native program of this platform in place. */
function manifestText() {
  const manifest = {
    private: true,
    dependencies: { [PACKAGE]: VERSION },
    allowScripts: { [PACKAGE]: true },
  };
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

function fail(message) {
  process.stderr.write(`client:install: ${message}\n`);
  process.exit(UNAVAILABLE);
}
