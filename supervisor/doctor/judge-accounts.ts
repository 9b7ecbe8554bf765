import type { AccountHomeFacts, MachineFacts } from '../../machines/doctor-facts.ts';
import { amiss, type Finding, fine } from './finding.ts';

/** The client deletes older conversations at its start; a pool wants them all. */
const RETENTION = 'cleanupPeriodDays';

/** Whether agents could start on each account with nobody there to answer. */
export function judgeAccounts({ accounts }: MachineFacts): readonly Finding[] {
  return accounts.flatMap((account) =>
    account.broken === null
      ? [judgeLogin(account), judgePrepared(account), judgeRetention(account)]
      : [unreadable(account)],
  );
}

function judgeLogin({ name, home, isLoggedIn }: AccountHomeFacts): Finding {
  const facts = { account: name, home };
  if (isLoggedIn) return fine('doctor.login', `${name} has a login`, facts);
  return amiss('warn', 'doctor.login', {
    message: `${name} has no login file (it may use another way to log in)`,
    remedy: `Log in by hand, once: CLAUDE_CONFIG_DIR=${home} claude`,
    facts,
  });
}

function judgePrepared({ name, unanswered }: AccountHomeFacts): Finding {
  const missing = unanswered.filter((key) => key !== RETENTION);
  const facts = { account: name, missing };
  if (missing.length === 0) return fine('doctor.prepared', `${name} is prepared`, facts);
  return amiss('warn', 'doctor.prepared', {
    message: `${name}: the client would ask questions that nobody answers (${missing.join(', ')})`,
    remedy: `claude-failover account prepare ${name}`,
    facts,
  });
}

function judgeRetention({ name, unanswered }: AccountHomeFacts): Finding {
  const facts = { account: name };
  if (!unanswered.includes(RETENTION)) {
    return fine('doctor.retention', `${name} keeps its conversations`, facts);
  }
  return amiss('warn', 'doctor.retention', {
    message: `${name}: the client deletes old conversations, in every account that shares them`,
    remedy: `claude-failover account prepare ${name}`,
    facts,
  });
}

function unreadable({ name, broken }: AccountHomeFacts): Finding {
  return amiss('warn', 'doctor.prepared', {
    message: `${name}: ${broken?.message}`,
    remedy: 'Mend that file by hand, or let the client write it anew.',
    facts: { account: name, reason: broken?.code },
  });
}
