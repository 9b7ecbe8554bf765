import { fileURLToPath } from 'node:url';

/** The benchmarks are compiled themselves. */
const COMPILED = import.meta.url.endsWith('.ts') ? '../../dist/' : '../../';

/** Where `build-once.mjs` has put the program `specs/fixtures/NAME.ts`: children run compiled code. */
export function compiledFixture(name: string): string {
  return compiledProgram(`specs/fixtures/${name}`);
}

/** The same for any source file, its path from the top of the project without `.ts`. */
export function compiledProgram(path: string): string {
  return fileURLToPath(new URL(`${COMPILED}${path}.js`, import.meta.url));
}
