/**
 * Whose a resource is: made inside a test it is the test's, made in `beforeAll` or at the top of a
 * file it is the file's. Each ends with its owner.
 */
export type Scope = 'test' | 'file';

type Cleanup = () => unknown;

const cleanups: Record<Scope, Cleanup[]> = { test: [], file: [] };
let current: Scope = 'file';

export function currentScope(): Scope {
  return current;
}

/** Runs `cleanup` when the running test (or file) ends, last registered first, before leaks are looked for. */
export function atEnd(cleanup: Cleanup): void {
  cleanups[current].push(cleanup);
}

/** From now until `endScope('test')`, what is made belongs to the test. */
export function beginTest(): void {
  current = 'test';
}

/** Runs all clean-ups of the scope, whatever becomes of each; gives what they threw. */
export async function endScope(scope: Scope): Promise<readonly unknown[]> {
  const failures: unknown[] = [];
  for (const cleanup of cleanups[scope].splice(0).reverse()) {
    try {
      await cleanup();
    } catch (failure) {
      failures.push(failure);
    }
  }
  current = 'file';
  return failures;
}
