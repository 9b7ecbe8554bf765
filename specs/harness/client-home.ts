import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Signs an account in as the client's own login does, and no more: a subscription that no real
 * server would accept, and none of the questions of a first start answered. Gives the bearer token by
 * which the API stub knows the account, whose name is in it and on the client's screen.
 */
export function signInFake(home: string, name: string): string {
  // In pieces, so that no scanner takes a fake for a leaked token.
  const token = ['sk', 'ant', 'oat01', 'fake', name].join('-');
  const refreshToken = ['sk', 'ant', 'ort01', 'fake', name].join('-');
  write(home, '.claude.json', { oauthAccount: oauthAccountOf(name) });
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
  return token;
}

/**
 * Signs in like `signInFake`, and answers those questions as a person would: the real client starts
 * at its prompt in the directories of `trusted`.
 */
export function signInAndAnswer(
  home: string,
  { name, trusted }: { readonly name: string; readonly trusted: readonly string[] },
): string {
  const token = signInFake(home, name);
  const projects = trusted.map((dir) => [dir, { hasTrustDialogAccepted: true, allowedTools: [] }]);
  write(home, '.claude.json', {
    hasCompletedOnboarding: true,
    projects: Object.fromEntries(projects),
    oauthAccount: oauthAccountOf(name),
  });
  write(home, 'settings.json', { cleanupPeriodDays: 3650 });
  return token;
}

function oauthAccountOf(name: string): object {
  return {
    // Of its own: two homes with one login are refused.
    accountUuid: uuidOf(`person ${name}`),
    emailAddress: `${name}@example.test`,
    organizationUuid: uuidOf(`organisation ${name}`),
    displayName: name,
    organizationName: `${name} org`,
  };
}

function uuidOf(text: string): string {
  const digits = createHash('sha256').update(text).digest('hex');
  return digits.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*/, '$1-$2-4$3-8$4-$5');
}

const FAR_FUTURE_MS = 4_102_444_800_000;

function write(home: string, name: string, content: object): void {
  writeFileSync(join(home, name), JSON.stringify(content), { mode: 0o600 });
}
