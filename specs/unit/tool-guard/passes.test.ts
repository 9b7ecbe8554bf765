import { describe, expect, test } from '@jest/globals';
import { refusedBy } from '../../harness/guard-places.ts';
import { ORDINARY_COMMANDS } from '../../harness/ordinary-commands.ts';

describe.each(Object.entries(ORDINARY_COMMANDS))('%s', (_kind, commands) => {
  test.each(commands)('%j passes', (command) => {
    expect(refusedBy(command)).toBeNull();
  });
});
