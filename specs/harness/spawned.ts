import type { ChildProcess } from 'node:child_process';

interface Spawned {
  readonly pid: number;
  readonly what: string;
}

const children: Spawned[] = [];

/**
 * Notes a child that the spec has started and means to end itself: if it outlives the spec, it is
 * killed and the spec fails, naming it as `what`. Gives the child back.
 */
export function spawned<Child extends Pick<ChildProcess, 'pid'>>(
  child: Child,
  what: string,
): Child {
  if (child.pid !== undefined) children.push({ pid: child.pid, what });
  return child;
}

/** What the spec calls the process, if it has said so. */
export function calledBySpec(pid: number): string | undefined {
  return children.findLast((child) => child.pid === pid)?.what;
}
