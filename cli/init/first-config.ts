/** A config to begin with: only what an operator has to decide. `example` is the file with every key. */
export function firstConfig(example: string): string {
  return `# claude-failover: a first config. Every key, with its default and what it does:
# ${example}

# Your Claude logins, the preferred one first. Each has a directory of its own.
accounts:
  - name: compte1
    home: ~/.claude-compte1
    priority: 1
  - name: compte2
    home: ~/.claude-compte2
    priority: 2

# What the accounts share, so that a conversation can go on under another one.
shared_state:
  root: ~/.claude-shared

# The sessions to keep alive: ccl-auto-11 to ccl-auto-13.
pool:
  autonomous:
    prefix: ccl-auto-
    start_index: 11
    max: 3
    workdir: ~/work # where the agents work; it must exist

# What agents may do without asking: nobody watches them. default, acceptEdits, plan, auto, dontAsk
# or bypassPermissions.
agent:
  permission_mode: acceptEdits
`;
}

/** What is to be done with it, in this order: the shared links have to be there before the first login. */
export const NEXT_STEPS = `Edit it: your accounts, and how many sessions. Then:
  mkdir -p ~/work                                  the workdir, if it is not there
  claude-failover account link --apply             makes the homes, linked to what they share
  CLAUDE_CONFIG_DIR=~/.claude-compte1 claude       log in, once for each account, and quit
  CLAUDE_CONFIG_DIR=~/.claude-compte2 claude
  claude-failover account prepare                  answers the client's first questions
  claude-failover doctor                           says what is in the way, if anything
  claude-failover start`;
