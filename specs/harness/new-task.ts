import type { TaskLimits } from '../../actors/store/shelf.ts';
import type { NewTask } from '../../machines/tasks.ts';

/** A task with every default filled in: a test states only what matters to it. */
export function newTask(overrides: Partial<NewTask> = {}): NewTask {
  return {
    key: null,
    project: '/work/project',
    priority: 'default',
    text: 'do it',
    dependsOn: [],
    notBefore: null,
    ...overrides,
  };
}

export const HOUR_MS = 3_600_000;

/** No lease runs out and nothing is forgotten while a spec runs, and nothing waits for a back-off. */
export const TASK_LIMITS: TaskLimits = {
  maxAttempts: 3,
  leaseMs: HOUR_MS,
  retryBackoffMs: 0,
  retentionMs: HOUR_MS,
};

/** Leases have run out at once; nothing is remembered either. */
export const AT_ONCE = { leaseMs: 0, retentionMs: 0 };

/** Everything there is, oldest first. */
export const ALL = { states: null, limit: 100_000 } as const;
export const CONVERSATION = '5f2d7c1e-0000-4000-8000-000000000000';
export const CONFIRMED = { conversation: CONVERSATION, counts: true };
export const FAILED = { error: 'it went wrong', retryable: true };
export const RETURNED = { reason: 'nobody was there', undelivered: false };
export const UNDELIVERED = { reason: 'nobody took it', undelivered: true };
