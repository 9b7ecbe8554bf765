import type { Log } from '../daemon-voice.ts';
import { demoTaskOf } from './demo-tasks.ts';

/** The titles of the demo's own tasks, which say more to a person than their ids. */
export interface TaskTitles {
  /** Learns from what the daemon logs. */
  readonly hear: Log;
  /** In quotation marks; of a task that somebody else has added its id. */
  of(id: string): string;
}

export function createTaskTitles(): TaskTitles {
  const titles = new Map<string, string>();
  return {
    hear: (entry) => {
      if (entry.event !== 'task.accepted' || entry.key === null) return;
      const task = demoTaskOf(entry.key.replace(/-\d+$/, ''));
      if (task !== null) titles.set(entry.task, `“${task.title}”`);
    },
    of: (id) => titles.get(id) ?? id,
  };
}
