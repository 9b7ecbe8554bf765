import { expect, test } from '@jest/globals';
import { createSignIn } from '../../../web/sign-in.ts';

function signInAt(start = 1_000_000) {
  let now = start;
  const signIn = createSignIn({ now: () => now });
  const pass = (ms: number) => {
    now += ms;
  };
  return { signIn, pass };
}

test('a ticket gives a cookie, which is not the ticket', () => {
  const { signIn } = signInAt();
  const ticket = signIn.issueTicket();
  const cookie = signIn.redeem(ticket);
  expect(cookie).not.toBeNull();
  expect(cookie).not.toBe(ticket);
  expect(signIn.isCookieValid(cookie ?? '')).toBe(true);
  expect(signIn.isCookieValid(ticket)).toBe(false);
});

test('a ticket works once', () => {
  const { signIn } = signInAt();
  const ticket = signIn.issueTicket();
  signIn.redeem(ticket);
  expect(signIn.redeem(ticket)).toBeNull();
});

test('a ticket works for a minute', () => {
  const { signIn, pass } = signInAt();
  const [early, late] = [signIn.issueTicket(), signIn.issueTicket()];
  pass(59_999);
  expect(signIn.redeem(early)).not.toBeNull();
  pass(1);
  expect(signIn.redeem(late)).toBeNull();
});

test.each(['', 'guess', 'undefined'])(
  'the ticket "%s", which nobody issued, gives nothing',
  (ticket) => {
    expect(signInAt().signIn.redeem(ticket)).toBeNull();
  },
);

test('a cookie ends after half a day', () => {
  const { signIn, pass } = signInAt();
  const cookie = signIn.redeem(signIn.issueTicket()) ?? '';
  pass(signIn.cookieLifeMs - 1);
  expect(signIn.isCookieValid(cookie)).toBe(true);
  pass(1);
  expect(signIn.isCookieValid(cookie)).toBe(false);
});

test('secrets are long, random and fit into a URL and a cookie', () => {
  const { signIn } = signInAt();
  const tickets = Array.from({ length: 20 }, () => signIn.issueTicket());
  expect(new Set(tickets).size).toBe(20);
  for (const ticket of tickets) expect(ticket).toMatch(/^[\w-]{43}$/);
});

test('however many tickets are issued, only the newest are kept', () => {
  const { signIn } = signInAt();
  const [first = '', ...others] = Array.from({ length: 33 }, () => signIn.issueTicket());
  expect(signIn.redeem(first)).toBeNull();
  expect(signIn.redeem(others.at(-1) ?? '')).not.toBeNull();
});
