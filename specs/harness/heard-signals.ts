import { join } from 'node:path';
import { createSignalPort } from '../../actors/signals/signal-port.ts';
import type { AccountUsage, Signal, SignalPort } from '../../machines/signals.ts';
import type { AgentLab } from './agent-lab.ts';
import { atEnd } from './scope.ts';
import { until } from './until.ts';

const READY_MS = 30_000;

/** What a daemon has heard by our own hooks since it began to listen. */
export interface HeardSignals {
  readonly signals: readonly Signal[];
  readonly usages: readonly AccountUsage[];
  readonly errors: readonly unknown[];
  kinds(): readonly Signal['kind'][];
  /** The `n`th signal of this kind. */
  next<Kind extends Signal['kind']>(
    kind: Kind,
    n?: number,
  ): Promise<Extract<Signal, { readonly kind: Kind }>>;
}

/** Deals with the signals of a lab's agents, until the running test ends. */
export function listenTo(agents: AgentLab): HeardSignals {
  const signals: Signal[] = [];
  const usages: AccountUsage[] = [];
  const errors: unknown[] = [];
  const port = signalPortOf(agents, (error) => errors.push(error));
  port.onUsage((_session, usage) => usages.push(usage));
  port.listen(async (signal) => {
    signals.push(signal);
  });
  return {
    signals,
    usages,
    errors,
    kinds: () => signals.map((signal) => signal.kind),
    next: <Kind extends Signal['kind']>(kind: Kind, n = 1) =>
      until(() => signals.filter((signal) => isOf(kind, signal))[n - 1], {
        withinMs: READY_MS,
        what: `signal ${n} of ${kind}`,
      }) as Promise<Extract<Signal, { readonly kind: Kind }>>,
  };
}

/** The port to what those agents tell, closed when the running test ends. */
export function signalPortOf({ dir }: AgentLab, onError: (error: unknown) => void): SignalPort {
  const folder = join(dir, 'state', 'sessions');
  const port = createSignalPort({ folder, sessions: ['pool-1'], onError });
  atEnd(() => port.close());
  return port;
}

function isOf(kind: Signal['kind'], signal: Signal): boolean {
  return signal.kind === kind;
}
