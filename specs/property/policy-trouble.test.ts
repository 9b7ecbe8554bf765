import { test } from '@jest/globals';
import fc from 'fast-check';
import { troubleOf } from '../../machines/policy/trouble.ts';
import { turnFailure } from '../harness/turn-failures.ts';

const LIMIT = "You've hit your session limit · resets 8:13am (UTC)";
const LOGIN = ['authentication_failed', 'oauth_org_not_allowed', 'billing_error'];

const error = fc.oneof(
  fc.constantFrom('rate_limit', 'server_error', 'unknown', ...LOGIN),
  fc.string(),
);
const status = fc.constantFrom(null, 400, 401, 403, 429, 500, 502, 529);
const message = fc.oneof(
  fc.string(),
  fc.string().map((before) => `${before}${LIMIT}`),
);

test('a throttle is never the limit of an account, whatever it quotes', () => {
  fc.assert(
    fc.property(error, status, message, (said, code, rest) => {
      const failure = turnFailure({ error: said, status: code, message: `API Error: ${rest}` });
      return troubleOf(failure)?.kind !== 'limit';
    }),
  );
});

test('a limit is of the error and the status of one, and begins with words of the client', () => {
  fc.assert(
    fc.property(error, status, message, (said, code, text) => {
      const trouble = troubleOf(turnFailure({ error: said, status: code, message: text }));
      if (trouble?.kind !== 'limit') return true;
      const begins = /^\s*(?:You['\u2019]|Your |This service|Fable 5)/.test(text);
      return begins && said === 'rate_limit' && (code === null || code === 429);
    }),
  );
});

test('a login is lost by the words of the client for it, whatever else is said', () => {
  fc.assert(
    fc.property(error, status, message, (said, code, text) => {
      const trouble = troubleOf(turnFailure({ error: said, status: code, message: text }));
      return (trouble?.kind === 'login') === LOGIN.includes(said);
    }),
  );
});
