import { mkdirSync, symlinkSync } from 'node:fs';
import { dirname } from 'node:path';
import type { LinkPlan, LinkStep } from './plan-links.ts';

/** What became of one step. `raced`: something was put there since the plan was made, and stays. */
export interface LinkOutcome {
  readonly step: LinkStep;
  readonly outcome: 'created' | 'fine' | 'refused' | 'raced' | 'failed';
  /** Why it was not created, for people; null when it was, or needed not be. */
  readonly why: string | null;
}

/**
 * Does what a plan says and no more: creates what is missing (directories 0700), never overwrites,
 * moves or removes. A step that fails does not keep the others from being done.
 */
export function applyLinks(plan: LinkPlan): readonly LinkOutcome[] {
  return plan.map(applyStep);
}

function applyStep(step: LinkStep): LinkOutcome {
  switch (step.kind) {
    case 'fine':
      return { step, outcome: 'fine', why: null };
    case 'refused':
      return { step, outcome: 'refused', why: step.why.message };
    case 'create_directory':
      return creating(step, () => makeDirectory(step.path));
    case 'create_link':
      return creating(step, () => symlinkSync(step.target, step.path));
  }
}

function makeDirectory(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  // Not recursive: that would not tell a directory that somebody else has just made.
  mkdirSync(path, { mode: 0o700 });
}

function creating(step: LinkStep, create: () => void): LinkOutcome {
  try {
    create();
    return { step, outcome: 'created', why: null };
  } catch (error) {
    const errno = (error as NodeJS.ErrnoException).code ?? 'UNKNOWN';
    return errno === 'EEXIST'
      ? { step, outcome: 'raced', why: 'something has been put there meanwhile; it was left alone' }
      : { step, outcome: 'failed', why: `could not be created (${errno})` };
  }
}
