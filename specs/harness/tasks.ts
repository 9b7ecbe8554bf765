import type { TaskDetail } from '../../machines/tasks.ts';

export const TASK_ID = 't_01JD8Z6Q0V3K5N7R9T1W3Y5A7C';

/** A task that was accepted at the time 0 and waits, but for what a spec says. */
export function taskDetail(overrides: Partial<TaskDetail> = {}): TaskDetail {
  return {
    id: TASK_ID,
    key: null,
    project: '/home/op/work',
    priority: 'default',
    text: 'Fix the build',
    dependsOn: [],
    notBefore: null,
    state: 'queued',
    attempts: 0,
    session: null,
    conversation: null,
    cancelRequested: false,
    createdAt: 0,
    startedAt: null,
    endedAt: null,
    result: null,
    error: null,
    history: [],
    ...overrides,
  };
}
