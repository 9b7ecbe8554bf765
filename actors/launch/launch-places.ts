/** Places for so many at once; whoever finds none waits, and the one who waits longest comes next. */
export interface LaunchPlaces {
  /** Resolves with what gives the place back; call it once. */
  enter(): Promise<() => void>;
  /** Runs `work` on a place of its own, which it gives back when it has ended, well or badly. */
  hold<T>(work: () => Promise<T>): Promise<T>;
}

/** @param places how many may be in at once */
export function createLaunchPlaces(places: number): LaunchPlaces {
  let free = places;
  const waiting: (() => void)[] = [];
  const leave = () => {
    const next = waiting.shift();
    if (next) next();
    else free += 1;
  };
  const enter = async () => {
    if (free === 0) await new Promise<void>((resolve) => waiting.push(resolve));
    else free -= 1;
    return leave;
  };
  return {
    enter,
    hold: async (work) => {
      await enter();
      try {
        return await work();
      } finally {
        leave();
      }
    },
  };
}
