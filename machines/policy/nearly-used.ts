/**
 * How much of an account is used, by what the statuslines of its clients said. Within a window usage only
 * grows, so that what was said a while ago is the least that is used now; once the window is given back it
 * says nothing any more.
 */
import type { AccountUsage, WindowUsage } from '../signals.ts';
import { isOver } from './usage-windows.ts';

/** A window of an account that is not given back yet. */
export interface WindowUsed extends Pick<WindowUsage, 'usedPercent' | 'resetsAt'> {
  readonly window: keyof AccountUsage;
}

/** What of an account tells how much of it is left. */
export interface UsedAccount {
  /** The fullest of its windows; null = nobody knows of one. */
  readonly used: WindowUsed | null;
}

/** An account that sessions go to of their own accord is this far below the threshold, so that they need not leave at once. */
const SPARE_PERCENT = 5;

/** The window of which the most is used, of those whose reset lies ahead; null = none is known. `now`: epoch milliseconds. */
export function fullestWindow(usage: AccountUsage, now: number): WindowUsed | null {
  const known = (['fiveHour', 'sevenDay'] as const).flatMap((window): readonly WindowUsed[] => {
    const told = usage[window];
    if (told === null || isOver(told, now)) return [];
    return [{ window, usedPercent: told.usedPercent, resetsAt: told.resetsAt }];
  });
  return known.toSorted((a, b) => b.usedPercent - a.usedPercent)[0] ?? null;
}

/** @param threshold 0 to 1; at 1 no account ever is: it is left once it refuses */
export function isNearlyUsedUp({ used }: UsedAccount, threshold: number): boolean {
  return threshold < 1 && used !== null && used.usedPercent >= percent(threshold);
}

/** Whether enough is left to go there without need; of one of which nothing is known, all is. */
export function isWellBelow({ used }: UsedAccount, threshold: number): boolean {
  if (threshold >= 1 || used === null) return true;
  return (
    used.usedPercent < percent(threshold) && used.usedPercent <= percent(threshold) - SPARE_PERCENT
  );
}

/** Rounded to a hundredth: 0.55 times 100 is a little more than 55, and means 55. */
export function percent(share: number): number {
  return Math.round(share * 10_000) / 100;
}
