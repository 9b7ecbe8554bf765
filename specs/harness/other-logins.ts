import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

type Json = Readonly<Record<string, unknown>>;

/**
 * Makes a signed-in home that of an API key: no subscription, and the key in the home's own settings,
 * where it is in no argument and in no environment of tmux. Gives the key, by which the stub knows it.
 */
export function signInWithKey(home: string, name: string): string {
  // In pieces, so that no scanner takes a fake for a leaked key.
  const key = ['sk', 'ant', 'api03', 'fake', name, 'x'.repeat(20)].join('-');
  rmSync(join(home, '.credentials.json'));
  edit(join(home, '.claude.json'), ({ oauthAccount: _, ...rest }) => ({
    ...rest,
    // The client asks about each key that it has not been told of.
    customApiKeyResponses: { approved: [key.slice(-20)], rejected: [] },
  }));
  edit(join(home, 'settings.json'), (settings) => ({
    ...settings,
    env: { ANTHROPIC_API_KEY: key },
  }));
  return key;
}

/**
 * Makes the subscription of a signed-in home one for which the client opens a dialog at its first limit.
 * Gives its token, which stays the same.
 */
export function makePro(home: string): string {
  const file = join(home, '.credentials.json');
  edit(file, ({ claudeAiOauth }) => ({
    claudeAiOauth: {
      ...(claudeAiOauth as Json),
      subscriptionType: 'pro',
      rateLimitTier: 'default_claude_ai',
    },
  }));
  const { claudeAiOauth } = JSON.parse(readFileSync(file, 'utf8'));
  return claudeAiOauth.accessToken;
}

function edit(file: string, change: (content: Json) => Json): void {
  const content: Json = JSON.parse(readFileSync(file, 'utf8'));
  writeFileSync(file, JSON.stringify(change(content)), { mode: 0o600 });
}
