import type { Summary } from './summary.ts';

const WIDTH = 9;

/** One line of a table for a person: the first cell `first` columns wide, the others to the right. */
export function tableLine([title = '', ...rest]: readonly string[], first = 32): string {
  return `${title.padEnd(first)}${rest.map((cell) => cell.padStart(WIDTH)).join('')}`.trimEnd();
}

/** The line above the head that says whose columns these are: four of ours, four of the usual way, two ratios. */
export function ownersLine(usual: string, first = 32): string {
  const [four, two] = [4 * WIDTH, 2 * WIDTH];
  return `${' '.repeat(first)}${'ours'.padStart(four)}${usual.padStart(four)}${'ratio'.padStart(two)}`;
}

/** The head below it. */
export function headOf(title: string): readonly string[] {
  const each = ['n', 'p50', 'p99', 'max'];
  return [title, ...each, ...each, 'p50', 'p99'];
}

/** What was measured both ways, and how many times as long the usual way took; null = it has none. */
export function comparison(ours: Summary, usual: Summary | null): readonly string[] {
  if (usual === null) return cells(ours);
  const ratios = [ratio(usual.p50, ours.p50), ratio(usual.p99, ours.p99)];
  return [...cells(ours), ...cells(usual), ...ratios];
}

export function ms(value: number): string {
  if (value < 1) return value.toFixed(2);
  return value.toFixed(value < 100 ? 1 : 0);
}

/** Nothing is no multiple of anything. */
export function ratio(theirs: number, mine: number): string {
  const times = theirs / mine;
  if (!Number.isFinite(times)) return '–';
  if (times < 0.1) return `${times.toFixed(2)}×`;
  return `${times.toFixed(times < 10 ? 1 : 0)}×`;
}

function cells({ n, p50, p99, max }: Summary): readonly string[] {
  return [String(n), ...[p50, p99, max].map((value) => (n === 0 ? '–' : ms(value)))];
}
