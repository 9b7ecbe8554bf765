import type { InspectorMessage } from './live-protocol.ts';

/** Tells everybody who listens. Messages are made only when somebody does; a listener that throws is dropped. */
export function createBroadcast() {
  const listeners = new Set<(message: InspectorMessage) => void>();
  const deliver =
    (message: InspectorMessage) => (listener: (message: InspectorMessage) => void) => {
      try {
        listener(message);
      } catch {
        listeners.delete(listener);
      }
    };
  return {
    tell: (message: () => InspectorMessage): void => {
      if (listeners.size > 0) [...listeners].forEach(deliver(message()));
    },
    subscribe: (listener: (message: InspectorMessage) => void) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}
