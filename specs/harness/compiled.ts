import { fileURLToPath } from 'node:url';

/** Where `build-once.mjs` has put the program `specs/fixtures/NAME.ts`: children run compiled code. */
export function compiledFixture(name: string): string {
  return compiledProgram(`specs/fixtures/${name}`);
}

/** The same for any source file, its path from the top of the project without `.ts`. */
export function compiledProgram(path: string): string {
  return fileURLToPath(new URL(`../../dist/${path}.js`, import.meta.url));
}
