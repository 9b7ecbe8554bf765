import { expect, test } from '@jest/globals';
import { cliWithDaemon, cliWithoutDaemon } from '../../harness/cli-with-daemon.ts';

test('while no daemon runs account list says why it does not tell that an account can be used', async () => {
  const cli = cliWithoutDaemon();
  expect(await cli.run('account', 'link', '--apply')).toBe(0);
  expect(await cli.run('account', 'list')).toBe(0);
  expect(cli.stdout()).toMatch(/^first +-$/m);
  expect(cli.stderr()).toContain('no daemon runs: of those with - nothing is known that keeps');
});

test('nothing is explained where nothing is left out', async () => {
  const broken = cliWithoutDaemon();
  expect(await broken.run('account', 'list')).toBe(0);
  expect(broken.stdout()).toMatch(/^first +quarantined$/m);
  const running = await cliWithDaemon();
  expect(await running.run('account', 'list')).toBe(0);
  expect([broken.stderr(), running.stderr()]).toEqual(['', '']);
});
