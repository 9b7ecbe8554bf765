/** When something was done last, by a name. */
export interface Apart {
  /** Epoch milliseconds at which it may be done again; null = now. */
  next(name: string): number | null;
  /** It is done now. */
  note(name: string): void;
}

/** Keeps what is done under one name apart. A clock that was set back makes nobody wait for longer than `ms`. */
export function atLeastApart(ms: number, now: () => number): Apart {
  const times = new Map<string, number>();
  return {
    next: (name) => {
      const left = (times.get(name) ?? Number.NEGATIVE_INFINITY) + ms - now();
      return left > 0 && left <= ms ? now() + left : null;
    },
    note: (name) => void times.set(name, now()),
  };
}
