import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { expect, test } from '@jest/globals';
import { findConfig } from '../../../config/find.ts';
import { tempDir } from '../../harness/temp-dir.ts';

/** A home, an XDG directory and an `etc`, with empty config files at these of the four places. */
function placesWith(...written: readonly ('home' | 'xdg' | 'etc')[]) {
  const dir = tempDir();
  const files = {
    home: join(dir, 'home/.config/claude-failover/config.yaml'),
    xdg: join(dir, 'xdg/claude-failover/config.yaml'),
    etc: join(dir, 'etc/claude-failover/config.yaml'),
  };
  for (const place of written) {
    mkdirSync(dirname(files[place]), { recursive: true });
    writeFileSync(files[place], '');
  }
  return { home: join(dir, 'home'), xdg: join(dir, 'xdg'), etc: join(dir, 'etc'), files };
}

test('--config wins over everything, also when it is not there', () => {
  const { home, etc } = placesWith('home', 'etc');
  const env = { CLAUDE_FAILOVER_CONFIG: '/from/env.yaml' };
  expect(findConfig({ explicit: 'none.yaml', env, home, etc })).toEqual({
    ok: true,
    file: resolve('none.yaml'),
  });
});

test('$CLAUDE_FAILOVER_CONFIG comes next', () => {
  const { home, etc } = placesWith('home', 'etc');
  const env = { CLAUDE_FAILOVER_CONFIG: '/from/env.yaml' };
  expect(findConfig({ explicit: null, env, home, etc })).toEqual({
    ok: true,
    file: '/from/env.yaml',
  });
});

test("then the user's own, where XDG says or in ~/.config", () => {
  const { home, xdg, etc, files } = placesWith('home', 'xdg', 'etc');
  const found = (XDG_CONFIG_HOME?: string) =>
    findConfig({ explicit: null, env: { XDG_CONFIG_HOME, CLAUDE_FAILOVER_CONFIG: '' }, home, etc });
  expect(found(xdg)).toEqual({ ok: true, file: files.xdg });
  expect(found()).toEqual({ ok: true, file: files.home });
  expect(found('relative')).toEqual({ ok: true, file: files.home });
});

test("then the machine's", () => {
  const { home, etc, files } = placesWith('etc');
  expect(findConfig({ explicit: null, env: {}, home, etc })).toEqual({ ok: true, file: files.etc });
});

test('when there is none, every place that was looked at is named', () => {
  const { home, etc, files } = placesWith();
  expect(findConfig({ explicit: null, env: {}, home, etc })).toMatchObject({
    ok: false,
    errors: [{ code: 'config.required', expected: `${files.home} or ${files.etc}` }],
  });
});
