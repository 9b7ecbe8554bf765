import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readProcess } from '../harness/process-tree.ts';
import { tempDir } from '../harness/temp-dir.ts';
import { tmuxServer } from '../harness/tmux-server.ts';
import { agentLaunch, openTmux } from '../harness/tmux-world.ts';
import { until } from '../harness/until.ts';

/** Words that a shell or tmux would like to understand, among any others but NUL and lone surrogates. */
const word = fc.oneof(
  fc.string({ unit: 'binary' }).filter((text) => !text.includes('\0')),
  fc.string({ unit: fc.constantFrom(...'\'"\\$~;#{}%=:-@!*?<>&|()[]\n\t\r\x1b\x7f é🙂') }),
  fc.constantFrom(';', 'a;', '--', '-t', '#{pane_id}', '##', '~', '$HOME', '%1', '', '\\', '\\;'),
);

test('any words reach the agent as they are', async () => {
  const tmux = await openTmux(tmuxServer());
  const program = join(tempDir(), 'waits.sh');
  writeFileSync(program, 'while :; do sleep 60; done\n');
  let count = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(word, { maxLength: 5 }), async (words) => {
      count += 1;
      const command = ['/bin/sh', program, ...words];
      const { agent } = await tmux.create(agentLaunch(`pool-${count}`, { command }));
      const argv = () => readProcess(agent.pid)?.argv ?? [];
      await until(() => argv()[1] === program, { withinMs: 5000, what: 'the program to run' });
      expect(argv()).toEqual(command);
    }),
    { numRuns: 60 },
  );
}, 300_000);

test('an agent starts in its directory, whatever the directory is called', async () => {
  const tmux = await openTmux(tmuxServer());
  const name = fc
    .oneof(fc.string({ unit: 'grapheme' }), fc.string({ unit: fc.constantFrom(...'#[]{}%H$~ :,') }))
    .map((text) => `d${text.replaceAll('/', '').replaceAll('\0', '')}`)
    .filter((text) => Buffer.byteLength(text) < 200);
  let count = 0;
  await fc.assert(
    fc.asyncProperty(name, async (directory) => {
      count += 1;
      const cwd = tempDir({ name: directory });
      const { agent } = await tmux.create(agentLaunch(`pool-${count}`, { cwd }));
      const at = () => readProcess(agent.pid)?.cwd;
      await until(() => at() === cwd, { withinMs: 5000, what: `to be in ${cwd}` });
    }),
    { numRuns: 60 },
  );
}, 300_000);

test('any mark is read back as it was given', async () => {
  const tmux = await openTmux(tmuxServer());
  const printable = fc.string({ minLength: 1, unit: 'grapheme-ascii' });
  let count = 0;
  await fc.assert(
    fc.asyncProperty(printable, async (mark) => {
      count += 1;
      await tmux.create(agentLaunch(`pool-${count}`, { mark }));
      const observation = await tmux.observe([`pool-${count}`]);
      const sessions = observation.kind === 'seen' ? observation.sessions : [];
      expect(sessions.find(({ name }) => name === `pool-${count}`)?.mark).toBe(mark);
    }),
    { numRuns: 40 },
  );
}, 300_000);
