import type { Summary } from './summary.ts';

const WIDTH = 9;

/** Three columns of each way; ratios are of the first two. */
export type Shown = readonly [Percentile, Percentile, Percentile];
type Percentile = Exclude<keyof Summary, 'n'>;

const USUALLY: Shown = ['p50', 'p99', 'max'];

/** One line of a table for a person: the first cell `first` columns wide, the others `width`, to the right. */
export function tableLine(
  [title = '', ...rest]: readonly string[],
  first = 32,
  width = WIDTH,
): string {
  return `${title.padEnd(first)}${rest.map((cell) => cell.padStart(width)).join('')}`.trimEnd();
}

/** The line above the head that says whose columns these are: four of ours, four of the usual way, two ratios. */
export function ownersLine(usual: string, first = 32): string {
  const [four, two] = [4 * WIDTH, 2 * WIDTH];
  return `${' '.repeat(first)}${'ours'.padStart(four)}${usual.padStart(four)}${'ratio'.padStart(two)}`;
}

/** The head below it. */
export function headOf(title: string, shown = USUALLY): readonly string[] {
  const each = ['n', ...shown];
  return [title, ...each, ...each, shown[0], shown[1]];
}

/** What was measured both ways, and how many times as long the usual way took; null = it has none. */
export function comparison(
  ours: Summary,
  usual: Summary | null,
  shown = USUALLY,
): readonly string[] {
  if (usual === null) return cells(ours, shown);
  const [first, second] = shown;
  const ratios = [first, second].map((key) => ratio(usual[key], ours[key]));
  return [...cells(ours, shown), ...cells(usual, shown), ...ratios];
}

export function ms(value: number): string {
  const size = Math.abs(value);
  if (size < 1) return value.toFixed(2);
  return value.toFixed(size < 100 ? 1 : 0);
}

/** Nothing is no multiple of anything, and neither is what came before its time. */
export function ratio(theirs: number, mine: number): string {
  const times = theirs / mine;
  if (!Number.isFinite(times) || times < 0) return '–';
  if (times < 0.1) return `${times.toFixed(2)}×`;
  return `${times.toFixed(times < 10 ? 1 : 0)}×`;
}

function cells(summary: Summary, shown: Shown): readonly string[] {
  const values = shown.map((key) => (summary.n === 0 ? '–' : ms(summary[key])));
  return [String(summary.n), ...values];
}
