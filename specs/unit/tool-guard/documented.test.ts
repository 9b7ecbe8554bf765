import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { TOOL_GUARD_RULES } from '../../../config/tool-guard-rules.ts';
import { REFUSED_COMMANDS } from '../../harness/refused-commands.ts';

test('every rule is in the page about them, in the same order', () => {
  const page = readFileSync('docs/TOOL-GUARD.md', 'utf8');
  const documented = [...page.matchAll(/^\| `([a-z-]+)` *\|/gm)].map(([, rule]) => rule);
  expect(documented).toEqual(TOOL_GUARD_RULES);
});

test('every rule has commands that it must refuse', () => {
  expect(Object.keys(REFUSED_COMMANDS).sort()).toEqual([...TOOL_GUARD_RULES].sort());
});
