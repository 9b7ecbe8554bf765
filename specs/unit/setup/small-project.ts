import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { spawned } from '../../harness/spawned.ts';
import { tempDir } from '../../harness/temp-dir.ts';

/**
 * A checkout small enough to be set up in a moment: our real deploy/, with stand-ins for npm, tsc
 * and jest which note that they were called, and for the daemon, which prints its arguments.
 */
export interface SmallProject {
  /** Runs `deploy/setup.mjs` with these words on a machine that has all programs but `lacking`. */
  setUp(words: readonly string[], machine?: Machine): Promise<Outcome>;
  /** What was called since the last time this was asked, as `npm ci` or `tsc`. */
  calls(): readonly string[];
  /** Writes a file of the project as if it were saved just now. */
  save(path: string): void;
  remove(path: string): void;
}

export interface Machine {
  readonly lacking?: string;
  readonly env?: Readonly<Record<string, string>>;
}

export interface Outcome {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

const PROGRAMS = ['make', 'g++', 'python3', 'tmux', 'ps', 'chromium', 'systemd-run'];
const STAND_INS = 'specs/unit/setup/stand-ins';

export function smallProject(): SmallProject {
  const root = tempDir();
  const inside = (path: string) => join(root, path);
  for (const part of ['deploy/setup.mjs', 'deploy/setup']) {
    cpSync(part, inside(part), { recursive: true });
  }
  cpSync(STAND_INS, inside('stand-ins'), { recursive: true });
  cpSync(join(STAND_INS, 'client-install.mjs'), inside('deploy/client-install.mjs'));
  writeFileSync(inside('package.json'), '{ "type": "module" }');
  let saved = 0;
  const save = (path: string) => {
    mkdirSync(dirname(inside(path)), { recursive: true });
    writeFileSync(inside(path), `{ "saved": ${++saved} }`);
    const soon = new Date(Date.now() + 1);
    utimesSync(inside(path), soon, soon);
  };
  for (const path of ['package-lock.json', 'tsconfig.json', 'cli/main.ts']) save(path);
  return {
    save,
    remove: (path) => rmSync(inside(path), { recursive: true }),
    calls: () => takeLines(inside('calls')),
    setUp: (words, machine = {}) => run([inside('deploy/setup.mjs'), ...words], root, machine),
  };
}

async function run(args: readonly string[], root: string, machine: Machine): Promise<Outcome> {
  const child = spawned(
    spawn(process.execPath, args, {
      cwd: root,
      env: {
        PATH: pathWithout(machine.lacking),
        HOME: join(root, 'home'),
        npm_execpath: join(root, 'stand-ins/npm.js'),
        CALLS: join(root, 'calls'),
        ...machine.env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    }),
    'setup',
  );
  const texts = Promise.all([textOf(child.stdout), textOf(child.stderr)]);
  const [code] = await once(child, 'close');
  const [out, err] = await texts;
  return { code, out, err };
}

function pathWithout(lacking: string | undefined): string {
  const dir = tempDir();
  for (const program of PROGRAMS) {
    if (program !== lacking) symlinkSync(process.execPath, join(dir, program));
  }
  return dir;
}

function takeLines(file: string): readonly string[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').trim().split('\n');
  rmSync(file);
  return lines;
}

async function textOf(stream: NodeJS.ReadableStream): Promise<string> {
  let text = '';
  for await (const chunk of stream.setEncoding('utf8')) text += chunk;
  return text;
}
