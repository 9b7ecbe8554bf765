import type { AccountUsage, WindowUsage } from '../../machines/signals.ts';

/**
 * The usage in what a status line was given; null when it says none, as before the first answer of a
 * process and of an account that has no windows. Never throws.
 *
 * @param toldAt when it was given that, epoch milliseconds
 */
export function parseUsage(text: string, toldAt: number): AccountUsage | null {
  const limits = fieldOf(parsed(text), 'rate_limits');
  const usage = {
    fiveHour: windowIn(fieldOf(limits, 'five_hour'), toldAt),
    sevenDay: windowIn(fieldOf(limits, 'seven_day'), toldAt),
  };
  return usage.fiveHour === null && usage.sevenDay === null ? null : usage;
}

function windowIn(value: unknown, toldAt: number): WindowUsage | null {
  const usedPercent = fieldOf(value, 'used_percentage');
  const resetsAtS = fieldOf(value, 'resets_at');
  if (!isAmount(usedPercent) || !isAmount(resetsAtS)) return null;
  return { usedPercent, resetsAt: Math.round(resetsAtS * 1000), toldAt };
}

function isAmount(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}

function fieldOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return (value as Readonly<Record<string, unknown>>)[name];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
