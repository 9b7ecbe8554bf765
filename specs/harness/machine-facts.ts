import type { AccountHomeFacts, MachineFacts } from '../../machines/doctor-facts.ts';

/** A machine on which there is nothing to find fault with, but for what a spec says. */
export function machineFacts(overrides: Partial<MachineFacts> = {}): MachineFacts {
  return {
    node: '24.1.0',
    tmux: 'tmux 3.6',
    server: { pid: 77, cgroups: ['/user.slice/user-1000.slice/session-3.scope'] },
    client: { command: 'claude', path: '/usr/bin/claude', version: '2.1.197 (Claude Code)' },
    accounts: [accountFacts()],
    missingWorkdirs: [],
    paths: [{ path: '/state', what: 'state_dir', mode: 0o700, isOurs: true }],
    freeBytes: 10 * 1024 ** 3,
    holders: [],
    ...overrides,
  };
}

export function accountFacts(overrides: Partial<AccountHomeFacts> = {}): AccountHomeFacts {
  return {
    name: 'compte1',
    home: '/home/o/.claude-compte1',
    isLoggedIn: true,
    unanswered: [],
    broken: null,
    ...overrides,
  };
}
