/**
 * What is a secret, for the log and for the page alike: a value is one because of the key it stands
 * under, or because of what it looks like. Both err on the side of hiding; counts such as
 * `input_tokens` are kept.
 */

/** What stands in the place of a secret, in the log and in histories. */
export const REDACTED = '[REDACTED]';

/** Ends of a key, compared without its case and separators: `apiKey`, `x-api-key`, `SMTP_PASS`. */
const SECRET_KEY =
  /(?:password|passwd|passphrase|(?<!by)pass|^auth|secret|token|authorization|cookie|credentials?|(?:api|access|private|secret|auth|signing|encryption)key)$/;

/** What stands before the secret is kept (`$1`), so that a person sees what was hidden. */
const SECRET_VALUES: readonly RegExp[] = [
  /()-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
  // A header: all of it to the end of the line.
  /(\b(?:authorization|cookie)(?:\\*["'])?\s*[=:]\s*(?:\\*["'])?)[^\r\n"'\\]+/gi,
  // Named in text: NAME=value, name: 'value', "name": "value", also when that is quoted again.
  /(\b\w*(?:token|secret|passw(?:or)?d|passphrase|api_?key|access_?key)(?:\\*["'])?\s*[=:]\s*)(?:\\*"[^"]*"?|\\*'[^']*'?|[^\s"'&,;}]+)/gi,
  /(--(?:[a-z]+-)*(?:token|secret|password|key)[ =])\S+/gi,
  /(\bbearer\s+)[\w.~+/=-]{6,}/gi,
  /(\bbasic\s+)[\w.~+/=-]{8,}/gi,
  // user:password@ or token@ in an address.
  /(\b[a-z][a-z0-9+.-]{0,30}:\/\/)[^\s/]+(?=@)/gi,
  /([?&](?:t|key|code|sig|signature|auth)=)[^&\s"']+/gi,
  // By the shape that their makers gave them.
  /()(?:\bsk-|sk-ant-)[\w-]{8,}/g,
  /()\b(?:gh[opusr]_\w{16,}|github_pat_\w{16,}|glpat-[\w-]{16,}|npm_\w{30,})/g,
  /()\bxox[a-z]-[\w-]{6,}/g,
  /()\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g,
  /()\bAIza[\w-]{30,}/g,
  /()\b\d{8,10}:[\w-]{35}\b/g,
  /()\beyJ[\w-]{5,500}\.eyJ[\w-]{5,}(?:\.[\w-]*)?/g,
];

export function isSecretKey(key: string): boolean {
  return SECRET_KEY.test(key.replaceAll(/[^a-z0-9]/gi, '').toLowerCase());
}

/** The text with every secret in it replaced by `mask`. Linear in its length. */
export function withoutSecrets(text: string, mask: string): string {
  return SECRET_VALUES.reduce((rest, secret) => rest.replaceAll(secret, `$1${mask}`), text);
}
