import type { AgentPort } from '../../machines/ports.ts';
import type { Launched } from '../../machines/session/types.ts';
import { type GoneParts, untilGone } from '../process/until-gone.ts';

export type HeardParts = GoneParts & { readonly agent: Pick<AgentPort, 'onStatus'> };

/** Resolves when this agent says for the first time what it does; false: after `mostMs`, or when nobody waits any more. */
export async function firstWord(
  agent: Pick<AgentPort, 'onStatus'>,
  { pane }: Pick<Launched, 'pane'>,
  mostMs: number,
  signal: AbortSignal | null = null,
): Promise<boolean> {
  return await new Promise((resolve) => {
    const done = (isHeard: boolean) => {
      clearTimeout(timer);
      unwatch();
      resolve(isHeard);
    };
    const timer = setTimeout(() => done(false), mostMs);
    const unwatch = agent.onStatus((status) => {
      if (status.agent.pid === pane.agent.pid) done(true);
    });
    signal?.addEventListener('abort', () => done(false), { once: true });
  });
}

/** The same of one that was started; one that was only found is not waited for, nor one that has gone. */
export async function firstWordOrEnd(
  parts: HeardParts,
  launched: Pick<Launched, 'pane' | 'mode'>,
  mostMs: number,
): Promise<boolean> {
  if (launched.mode === 'found') return false;
  const over = new AbortController();
  const word = firstWord(parts.agent, launched, mostMs, over.signal);
  const end = untilGone(parts, launched.pane.agent, over.signal).then(() => false);
  return await Promise.race([word, end]).finally(() => over.abort());
}
