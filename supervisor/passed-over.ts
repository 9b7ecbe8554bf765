/** Why a session goes to one account and not to another, for whoever asks for the plan. */
import { strategyRule, whyNot } from '../machines/policy/target-words.ts';
import type { FailoverMove, PassedOver } from './status-report.ts';
import type { SwitchAccount, SwitchView } from './switch-facts.ts';

export interface ChosenTarget {
  /** Where the session is. */
  readonly from: string;
  readonly to: string | null;
  /** The account that an operator asked for; null = whichever suits. */
  readonly wanted: string | null;
}

type Told = Pick<FailoverMove, 'rule' | 'passedOver'>;

/** No target was looked for. */
export const NO_CHOICE: Told = { rule: null, passedOver: [] };

/**
 * The rule by which `to` was chosen, and the accounts that were not, in the order of the config. Beside one that
 * was asked for no other is thought of.
 */
export function choiceTold(view: SwitchView, { from, to, wanted }: ChosenTarget): Told {
  const others = view.accounts.filter(({ name }) => name !== from && name !== to);
  const meant = wanted === null ? others : others.filter(({ name }) => name === wanted);
  return {
    rule: to === null ? null : ruleOf(to, wanted, view),
    passedOver: meant.map((account) => passed(account, to, view)),
  };
}

function ruleOf(to: string, wanted: string | null, { strategy }: SwitchView): string {
  return to === wanted
    ? `${to} is the account that the operator asked for`
    : strategyRule(to, strategy);
}

function passed(account: SwitchAccount, to: string | null, view: SwitchView): PassedOver {
  // The load decides between accounts, and speaks against none.
  const speaksAgainst = whyNot({ ...account, load: 0 }, view.proactiveThreshold, []);
  return { account: account.name, why: speaksAgainst ?? `can be used too, after ${to}` };
}
