/**
 * Which sessions change their account, as a plan that can be tested before anything is done. It compares
 * what failovers believe with what their sessions show, so that no message that got lost matters, nor
 * which daemon began what.
 */
import { beginnings } from './switch-begin.ts';
import { choose, mostUrgentFirst } from './switch-choose.ts';
import type { Choice, SwitchAction, SwitchPlan, SwitchView } from './switch-facts.ts';
import { followUp } from './switch-follow.ts';
import { createPass, type Pass } from './switch-pass.ts';

/** What is to be done now. Once it is, and nothing else happens, the next plan asks for nothing. */
export function planSwitch(view: SwitchView): SwitchPlan {
  const pass = createPass(view);
  const told = choicesOf(view).flatMap((choice) => tell(choice, pass, view));
  const begun = beginnings(view, pass);
  return {
    actions: [...told, ...begun],
    askPresenceOf: pass.unseen,
    lookAgainAt: pass.lookAgainAt(),
  };
}

/** A session that is not there has broken this instant, or is another daemon's: nothing is known of it. */
function choicesOf({ sessions, failovers }: SwitchView): readonly Choice[] {
  const named = new Map(sessions.map((session) => [session.name, session]));
  return failovers
    .flatMap((failover) => {
      const session = named.get(failover.session);
      return session === undefined ? [] : [{ failover, session }];
    })
    .sort(mostUrgentFirst);
}

function tell(choice: Choice, pass: Pass, view: SwitchView): readonly SwitchAction[] {
  const { failover, session } = choice;
  const isWithoutOrder = failover.step === 'choosing' || failover.step === 'parked';
  const event =
    followUp(failover, session, pass.now) ?? (isWithoutOrder ? choose(choice, pass, view) : null);
  return event === null ? [] : [{ kind: 'tell', session: session.name, event }];
}
