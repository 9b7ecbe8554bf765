/** What an actor is, by its name: the root calls its children so. */
const KINDS = {
  account: { heading: 'Accounts', title: (name) => `account ${name}` },
  failover: { heading: 'Failovers', title: (name) => `failover of ${name}` },
  session: { heading: 'Sessions', title: (name) => name },
  effect: { heading: 'Effects', title: (name) => name },
};
const ORDER = ['account', 'session', 'failover', 'effect'];

/** `account`, `failover`, `session`, or `effect` for what has no chart; of children of the root. */
export function kindOf({ name, machine }) {
  const [, prefix] = /^(account|failover):/.exec(name) ?? [];
  return prefix ?? (machine === null ? 'effect' : 'session');
}

/** The name of the account or the session that it is about. */
export function subjectOf({ name }) {
  return name.replace(/^(account|failover):/, '');
}

/** What it is called where nothing beside it says what it is. */
export function titleOf(actor) {
  return KINDS[kindOf(actor)].title(subjectOf(actor));
}

export function headingOf(kind) {
  return KINDS[kind].heading;
}

/** Where its list stands among the lists of the page. */
export function rankOf(kind) {
  return ORDER.indexOf(kind);
}
