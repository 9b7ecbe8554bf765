/** Lets a bounded number of launches run at once, in the order in which they were asked for. */
export interface LaunchGate {
  /**
   * Runs `launch` when its turn has come. The place is given back once `settled` resolves (a cold
   * start of the client costs more than a second of CPU: fifty at once would all miss their start
   * time-out) or at once when the launch fails.
   */
  pass<T>(launch: () => Promise<T>, settled?: (result: T) => Promise<void>): Promise<T>;
}

/** @param places how many launches may be under way at once */
export function createLaunchGate(places: number): LaunchGate {
  let free = places;
  const waiting: (() => void)[] = [];
  const enter = async () => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
  };
  const leave = () => {
    const next = waiting.shift();
    if (next) next();
    else free += 1;
  };
  return {
    async pass(launch, settled) {
      await enter();
      try {
        const result = await launch();
        if (settled === undefined) leave();
        else void settled(result).finally(leave);
        return result;
      } catch (error) {
        leave();
        throw error;
      }
    },
  };
}
