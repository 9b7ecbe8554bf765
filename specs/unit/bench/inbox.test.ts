import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { markTask, openTasksIn, putTask } from '../../bench/tasks/inbox.ts';
import { tempDir } from '../../harness/temp-dir.ts';

test.each([true, false])(
  'a task of an inbox is open until it is marked, once (synced: %s)',
  (synced) => {
    const inbox = tempDir();
    putTask(inbox, 'task-2', 'second', { synced });
    putTask(inbox, 'task-1', 'first', { synced });
    expect(openTasksIn(inbox)).toEqual(['task-1', 'task-2']);
    expect(readFileSync(join(inbox, 'task-1.md'), 'utf8')).toMatch(/^---\n.*\n---\nfirst\n$/s);

    markTask(inbox, 'task-1', 'pool-1', { synced });

    expect(openTasksIn(inbox)).toEqual(['task-2']);
    expect(() => markTask(inbox, 'task-1', 'pool-2', { synced })).toThrow(/EEXIST/);
  },
);
