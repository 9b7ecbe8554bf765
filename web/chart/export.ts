import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AnyStateMachine } from 'xstate';
import { packageFile } from '../package-file.ts';
import { drawChart } from './draw-chart.ts';

export interface NamedMachine {
  /** The file's name without `.svg`. */
  readonly name: string;
  readonly machine: AnyStateMachine;
}

export interface ExportOptions {
  readonly machines: readonly NamedMachine[];
  readonly directory: string;
  /** `check` writes nothing. */
  readonly mode: 'write' | 'check';
}

/**
 * Draws each machine into `directory/NAME.svg`. Gives the files that were (or, when checking, are)
 * out of date; none means that the documentation shows the machines as they are.
 */
export async function exportCharts(options: ExportOptions): Promise<readonly string[]> {
  const css = await readFile(packageFile('web/static/chart.css'), 'utf8');
  const drawn = await Promise.all(
    options.machines.map(async ({ name, machine }) => ({
      file: join(options.directory, `${name}.svg`),
      svg: await drawChart(machine, { css, title: `${name} state chart` }),
    })),
  );
  const known = await Promise.all(
    drawn.map(({ file }) => readFile(file, 'utf8').catch(() => null)),
  );
  const stale = drawn.filter(({ svg }, index) => svg !== known[index]);
  if (options.mode === 'write') await writeAll(options.directory, stale);
  return stale.map(({ file }) => file);
}

async function writeAll(
  directory: string,
  charts: readonly { readonly file: string; readonly svg: string }[],
): Promise<void> {
  await mkdir(directory, { recursive: true });
  await Promise.all(charts.map(({ file, svg }) => writeFile(file, svg)));
}
