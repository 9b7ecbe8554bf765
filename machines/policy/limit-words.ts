import type { LimitWindow } from '../accounts.ts';

/** A usage limit as people call it: `its limit of 5 hours`. */
export const LIMIT_WORDS: Readonly<Record<LimitWindow, string>> = {
  five_hour: 'limit of 5 hours',
  seven_day: 'limit of 7 days',
  model: 'limit of a model',
  overage: 'limit of usage credits',
  unknown: 'usage limit',
};
