#!/usr/bin/env node
import { homedir } from 'node:os';
import { EXIT } from './exit-codes.ts';
import { runCommandLine } from './program.ts';
import { reportError } from './report-error.ts';
import { openTerminal } from './terminal/terminal.ts';
import { VERSION } from './version.ts';

const { env, stdin, stdout, stderr } = process;

const terminal = openTerminal({
  stdin,
  stdout,
  stderr,
  env,
  onBroken: (error) => {
    stderr.write(`${reportError(error)}\n`);
    process.exitCode = EXIT.INTERNAL;
  },
});

const exitCode = await runCommandLine(process.argv.slice(2), {
  env,
  home: homedir(),
  uid: process.getuid?.() ?? 0,
  version: VERSION,
  terminal,
});
// What was printed may still be on its way: the process ends by itself once it has left.
process.exitCode ||= exitCode;
