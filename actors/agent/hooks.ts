/** Hooks as the client's settings spell them: by event, groups of commands that run side by side. */
export type Hooks = Readonly<Record<string, readonly HookGroup[]>>;

export interface HookGroup {
  /** The tools it is for; absent = all, or an event that is not about a tool. */
  readonly matcher?: string;
  readonly hooks: readonly Hook[];
}

export interface Hook {
  readonly type: 'command';
  readonly command: string;
  /** Seconds. Hooks are synchronous: a hung one blocks the agent. */
  readonly timeout: number;
}

/** All the groups of all of them, those of one event in the order given. */
export function mergedHooks(...several: readonly Hooks[]): Hooks {
  const merged: Record<string, readonly HookGroup[]> = {};
  for (const hooks of several) {
    for (const [event, groups] of Object.entries(hooks)) {
      merged[event] = [...(merged[event] ?? []), ...groups];
    }
  }
  return merged;
}
