import type { LogEvent } from '../machines/log-events.ts';
import type { Task, TaskNews, TaskReport } from '../machines/tasks.ts';
import type { Written } from './write-news.ts';

export interface TaskFacts {
  readonly written: Written;
  /** The task as it is now; null when the store did not say. */
  readonly task: Pick<Task, 'attempts' | 'conversation'> | null;
  readonly index: number | null;
}

/** The log line of news that were stored. */
export function taskEntry(report: TaskReport, facts: TaskFacts): LogEvent {
  const { session, lease, news } = report;
  const { written, task, index } = facts;
  const about = { session, index, task: lease.id };
  const attempt = task?.attempts ?? 0;
  if (written === 'lost') return lost(report);
  if (written === 'dead') return { event: 'task.died', ...about, reason: reasonOf(news) };
  // Its end had been asked for: it is not queued again.
  if (written === 'cancelled') return { event: 'task.cancelled', ...about };
  switch (news.kind) {
    case 'confirmed':
      return { event: 'task.confirmed', ...about, conversation: news.conversation, attempt };
    case 'completed':
      return {
        event: 'task.completed',
        ...about,
        conversation: task?.conversation ?? null,
        attempt,
      };
    case 'cancelled':
      return { event: 'task.cancelled', ...about };
    case 'failed':
    case 'returned':
      return { event: 'task.requeued', ...about, reason: reasonOf(news) };
  }
}

function reasonOf(news: TaskNews): string {
  if (news.kind === 'failed') return news.error;
  return news.kind === 'returned' ? news.reason : news.kind;
}

/** Somebody else has taken the task for abandoned: what they do with it counts, not what was told. */
function lost({ session, lease, news }: TaskReport): LogEvent {
  const reason = `${session} told "${news.kind}" of ${lease.id}, whose lease it had lost: nothing was changed`;
  return { event: 'daemon.error', reason, error: null };
}
