export interface Patience {
  /** What it may take on a machine that has nothing else to do; a busy one is given three times as long. */
  readonly withinMs: number;
  /** What is waited for, as in "waited 2000 ms in vain for …". */
  readonly what: string;
  readonly everyMs?: number;
}

const WHEN_BUSY = 3;

// Taken now: a spec may put fake ones in their place, and waiting is about real time.
const { setTimeout: after } = globalThis;
const now = performance.now.bind(performance);

/**
 * Asks `condition` again and again until it gives something truthy, which is returned.
 * A condition that throws is not met yet. In the end it fails, saying what was waited for and
 * what the last answer was.
 */
export async function until<T>(
  condition: () => T | Promise<T>,
  { withinMs, what, everyMs = 20 }: Patience,
): Promise<NonNullable<T>> {
  const longestMs = withinMs * WHEN_BUSY;
  const deadline = now() + longestMs;
  for (;;) {
    const answer = await ask(condition);
    if ('value' in answer && answer.value) return answer.value;
    if (now() >= deadline) throw inVain(answer, longestMs, what);
    await new Promise((resolve) => after(resolve, everyMs));
  }
}

type Answer<T> = { readonly value: T } | { readonly error: unknown };

async function ask<T>(condition: () => T | Promise<T>): Promise<Answer<T>> {
  try {
    return { value: await condition() };
  } catch (error) {
    return { error };
  }
}

function inVain(answer: Answer<unknown>, waitedMs: number, what: string): Error {
  const last = 'error' in answer ? `it threw ${answer.error}` : `it was ${String(answer.value)}`;
  const cause = 'error' in answer ? { cause: answer.error } : undefined;
  return new Error(`waited ${waitedMs} ms in vain for ${what}; last ${last}`, cause);
}
