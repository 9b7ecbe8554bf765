import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface FakeLogin {
  /** Names the account on the client's screen and in its token. */
  readonly name: string;
  /** Working directories for which the trust dialog is answered. */
  readonly trusted: readonly string[];
}

/**
 * Prepares an account home (its links are there already) so that the real client starts at its
 * prompt: first-start dialogs answered, a subscription login that no real server would accept.
 * Gives the bearer token by which the API stub knows this account.
 */
export function signInFake(home: string, { name, trusted }: FakeLogin): string {
  // In pieces, so that no scanner takes a fake for a leaked token.
  const token = ['sk', 'ant', 'oat01', 'fake', name].join('-');
  const refreshToken = ['sk', 'ant', 'ort01', 'fake', name].join('-');
  const projects = trusted.map((dir) => [dir, { hasTrustDialogAccepted: true, allowedTools: [] }]);
  write(home, '.claude.json', {
    hasCompletedOnboarding: true,
    projects: Object.fromEntries(projects),
    oauthAccount: {
      accountUuid: '00000000-0000-4000-8000-000000000001',
      emailAddress: `${name}@example.test`,
      organizationUuid: '00000000-0000-4000-8000-000000000002',
      displayName: name,
      organizationName: `${name} org`,
    },
  });
  write(home, '.credentials.json', {
    claudeAiOauth: {
      accessToken: token,
      refreshToken,
      expiresAt: FAR_FUTURE_MS,
      scopes: ['user:inference', 'user:profile', 'user:sessions:claude_code'],
      subscriptionType: 'max',
      rateLimitTier: 'default_claude_max_20x',
    },
  });
  write(home, 'settings.json', { cleanupPeriodDays: 3650 });
  return token;
}

const FAR_FUTURE_MS = 4_102_444_800_000;

function write(home: string, name: string, content: object): void {
  writeFileSync(join(home, name), JSON.stringify(content), { mode: 0o600 });
}
