import { describe, expect, test } from '@jest/globals';
import { refusedBy } from '../../harness/guard-places.ts';
import { REFUSED_COMMANDS } from '../../harness/refused-commands.ts';

describe.each(Object.entries(REFUSED_COMMANDS))('%s', (rule, commands) => {
  test.each(commands)('%j is refused', (command) => {
    expect(refusedBy(command)).toBe(rule);
  });
});
