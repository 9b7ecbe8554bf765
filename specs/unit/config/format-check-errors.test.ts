import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { formatCheckErrors } from '../../../config/format-check-errors.ts';
import { checkSharedState } from '../../../config/guard.ts';
import { makeAccountHomes } from '../../harness/account-home.ts';
import { errorsOf, MINIMAL_CONFIG } from '../../harness/config-file.ts';
import { tempDir } from '../../harness/temp-dir.ts';

test('each mistake of the config has file, line and column, its code and its sentence', () => {
  const errors = errorsOf(MINIMAL_CONFIG.replace('max: 10', 'max: ten\n    mix: 3'));
  expect(formatCheckErrors(errors, '/etc/c.yaml')).toBe(
    [
      '/etc/c.yaml:9:10  config.type  pool.autonomous.max must be a whole number from 1 to 1000 (0 only with dedicated sessions), not "ten"',
      '/etc/c.yaml:10:5  config.unknown_key  unknown key pool.autonomous.mix: did you mean min?',
      '',
      'Mend /etc/c.yaml, then look again: claude-failover check',
      '',
    ].join('\n'),
  );
});

test('what the guard found is grouped by account, and says what can be created and what cannot', () => {
  const { config, dir, root } = makeAccountHomes(['one', 'two']);
  rmSync(join(dir, 'one/projects'));
  rmSync(join(dir, 'two/session-env'));
  mkdirSync(join(dir, 'two/session-env'));
  expect(formatCheckErrors(checkSharedState(config), '/etc/c.yaml')).toBe(
    [
      'account one:',
      `  guard.missing  one: ${dir}/one/projects is missing: it should be a link to ${root}/projects`,
      '',
      'account two:',
      `  guard.not_a_link  two: ${dir}/two/session-env is a directory, not a link to ${root}/session-env: move what is in it there by hand, then remove it`,
      '',
      'To see what would be created: claude-failover account link (then with --apply)',
      'What is wrongly in place is never moved or overwritten for you: mend it by hand, then: claude-failover check',
      '',
    ].join('\n'),
  );
});

test('control characters of a path are shown, not obeyed', () => {
  const { config, dir } = makeAccountHomes(['one'], tempDir({ name: 'a\u001b[2J\nb' }));
  rmSync(join(dir, 'one/projects'));
  const errors = [...errorsOf('a: 1'), ...checkSharedState(config)];
  const text = formatCheckErrors(errors, 'c\u202eyaml');
  expect(text).toContain('a\\u001b[2J\\nb');
  expect(text).toContain('c\\u202eyaml:1:1  config.unknown_key');
  expect(text).not.toMatch(/[^\P{Cc}\n]|\u202e/u);
});

test('nothing wrong, nothing said', () => {
  expect(formatCheckErrors([], '/etc/c.yaml')).toBe('');
});
