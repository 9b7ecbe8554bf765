import type { ToolGuardRule } from '../../../config/tool-guard-rules.ts';
import type { Invocation } from './invocation.ts';
import type { GuardPlaces } from './places.ts';

/** What speaks against a tool: the rule, and the matter in one line without a full stop. */
export interface Finding {
  readonly rule: ToolGuardRule;
  readonly reason: string;
}

/** What one rule or several have against one run of a program. */
export type Rule = (invocation: Invocation, places: GuardPlaces) => readonly Finding[];
