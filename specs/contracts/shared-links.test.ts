import { dirname, isAbsolute } from 'node:path';
import { expect, test } from '@jest/globals';
import { planLinks } from '../../actors/account/plan-links.ts';
import { canonicalsOf } from '../../config/guard/canonical.ts';
import { configOf, MINIMAL_CONFIG } from '../harness/config-file.ts';

// The names are the client's own, written here a second time: a list that nobody checks is easily short.
const NAMES = ['projects', 'file-history', 'session-env'];

test.each(['~/.claude-shared', 'shared', './a/../shared'])(
  'with the root %s exactly three directories are shared, by absolute paths below one parent',
  (root) => {
    const config = configOf(MINIMAL_CONFIG.replace('~/.claude-shared', root));
    const canonicals = canonicalsOf(config.sharedState.root);
    expect(canonicals.map(({ link }) => link)).toEqual(NAMES);
    expect(canonicals.every(({ path }) => isAbsolute(path))).toBe(true);
    expect(new Set(canonicals.map(({ path }) => dirname(path)))).toEqual(
      new Set([config.sharedState.root]),
    );

    const links = planLinks(config).filter((step) => step.kind === 'create_link');
    expect(links.map(({ path }) => path)).toEqual(
      NAMES.map((name) => `${config.accounts[0]?.home}/${name}`),
    );
    expect(links.map(({ target }) => target)).toEqual(canonicals.map(({ path }) => path));
  },
);
