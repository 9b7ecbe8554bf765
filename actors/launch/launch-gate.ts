import { createLaunchPlaces } from './launch-places.ts';

/** Lets launches through one after the other, in the order in which they were asked for. */
export interface LaunchGate {
  /**
   * Runs `launch` when its turn has come. Its place is given back once `settled` resolves (a cold
   * start of the client costs more than a second of CPU: fifty at once would all miss their start
   * time-out), or at once when the launch fails.
   */
  pass<T>(launch: () => Promise<T>, settled: (result: T) => Promise<unknown>): Promise<T>;
}

/** @param places how many launches may be on their way to `settled` at once */
export function createLaunchGate(places: number): LaunchGate {
  const { enter } = createLaunchPlaces(places);
  let turn: Promise<unknown> = Promise.resolve();
  const goThrough = async <T>(
    launch: () => Promise<T>,
    settled: (result: T) => Promise<unknown>,
  ): Promise<T> => {
    const leave = await enter();
    try {
      const result = await launch();
      settled(result).then(leave, leave);
      return result;
    } catch (error) {
      leave();
      throw error;
    }
  };
  return {
    pass(launch, settled) {
      const passed = turn.then(() => goThrough(launch, settled));
      turn = passed.catch(() => {});
      return passed;
    },
  };
}
