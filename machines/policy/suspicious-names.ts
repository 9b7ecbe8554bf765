/** What the config says the sessions of the pool are called; `names` is empty when it has none. */
export interface ConfiguredNames {
  readonly prefix: string;
  readonly names: readonly string[];
}

/**
 * The sessions that may be the pool that was meant, when tmux has none of the configured names: those
 * of the same prefix, with or without its dash, and an index. A prefix whose dash was forgotten would
 * otherwise make a second pool beside the real one, which nobody looks at.
 *
 * @param existing the names of all sessions in tmux
 */
export function suspiciousNames(
  { prefix, names }: ConfiguredNames,
  existing: readonly string[],
): readonly string[] {
  if (names.length === 0 || existing.some((name) => names.includes(name))) return [];
  const stem = withoutDash(prefix);
  return existing.filter((name) => {
    const index = /\d+$/.exec(name)?.[0];
    return index !== undefined && withoutDash(name.slice(0, -index.length)) === stem;
  });
}

function withoutDash(prefix: string): string {
  return prefix.replace(/[-_]+$/, '');
}
