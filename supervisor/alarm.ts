/** One timer that keeps no process alive. */
export interface Alarm {
  /** Rings once after this many milliseconds, instead of when it was set to before; null = not at all. */
  set(inMs: number | null): void;
}

/** A time that is just past for us may not be so for the database: a little later it is for both. */
const SOONEST_MS = 50;
/** Node takes no longer one than 24.8 days; whoever is woken too early looks and sets it again. */
const LATEST_MS = 3_600_000;

export function createAlarm(ring: () => void): Alarm {
  let timer: NodeJS.Timeout | undefined;
  return {
    set: (inMs) => {
      clearTimeout(timer);
      if (inMs === null) return;
      timer = setTimeout(ring, Math.min(Math.max(inMs, SOONEST_MS), LATEST_MS));
      timer.unref();
    },
  };
}
