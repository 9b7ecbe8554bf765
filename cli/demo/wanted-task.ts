import type { TaskPriority } from '../../supervisor/task-report.ts';

export interface WantedTask {
  readonly key: string;
  readonly text: string;
  readonly priority: TaskPriority;
  /** Ids of tasks. */
  readonly dependsOn: readonly string[];
}

/** The arguments by which a person adds this task. Pure. */
export function addArguments({ key, text, priority, dependsOn }: WantedTask): readonly string[] {
  return [
    ...['task', 'add', '--key', key],
    ...(priority === 'default' ? [] : ['--priority', priority]),
    ...dependsOn.flatMap((id) => ['--depends-on', id]),
    text,
  ];
}
