/**
 * Runs `work` for a key, never twice at once: asked again meanwhile, it runs once more afterwards.
 * So results come in order, and the last one is from after the last change. `work` must not reject.
 */
export function oneAtATime<Key>(work: (key: Key) => Promise<void>): (key: Key) => void {
  const running = new Map<Key, 'once' | 'again'>();
  const run = async (key: Key) => {
    do {
      running.set(key, 'once');
      await work(key);
    } while (running.get(key) === 'again');
    running.delete(key);
  };
  return (key) => {
    if (running.has(key)) running.set(key, 'again');
    else void run(key);
  };
}
