import { fileURLToPath } from 'node:url';

/** The benchmarks and the fault run are compiled themselves. */
const IS_SOURCE = import.meta.url.endsWith('.ts');
const COMPILED = IS_SOURCE ? '../../dist/' : '../../';

/** Where `build-once.mjs` has put the program `specs/fixtures/NAME.ts`: children run compiled code. */
export function compiledFixture(name: string): string {
  return compiledProgram(`specs/fixtures/${name}`);
}

/** The same for any source file, its path from the top of the project without `.ts`. */
export function compiledProgram(path: string): string {
  return fileURLToPath(new URL(`${COMPILED}${path}.js`, import.meta.url));
}

/** A file of `specs/fixtures` that is not TypeScript, and so lies where its source is. */
export function plainFixture(name: string): string {
  const top = IS_SOURCE ? '../..' : '../../..';
  return fileURLToPath(new URL(`${top}/specs/fixtures/${name}`, import.meta.url));
}
