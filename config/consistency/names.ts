import { realpathSync } from 'node:fs';
import type { RawConfig } from '../schema.ts';
import type { ConsistencyView, Finding } from './finding.ts';

export function accountNamesTwice(raw: RawConfig, view: ConsistencyView): readonly Finding[] {
  return twice(accountNames(raw, view)).map(({ index, value }) => ({
    code: 'config.duplicate',
    path: `/accounts/${index}/name`,
    message: `two accounts are named ${value}`,
    expected: 'a name of its own for each account',
    found: value,
  }));
}

export function accountHomesTwice(raw: RawConfig, view: ConsistencyView): readonly Finding[] {
  const homes = raw.accounts.map((account, index) =>
    view.isSound(`/accounts/${index}/home`) ? realHome(view.resolve(account.home)) : null,
  );
  return twice(homes).map(({ index, first, value }) => ({
    code: 'config.duplicate',
    path: `/accounts/${index}/home`,
    message: `accounts[${first}] and accounts[${index}] have the same real home`,
    expected: 'a home of its own for each account',
    found: value,
  }));
}

function realHome(home: string): string {
  try {
    return realpathSync.native(home);
  } catch {
    // A home that is missing or unreadable is the guard's to report.
    return home;
  }
}

export function dedicatedNamesTwice(raw: RawConfig, view: ConsistencyView): readonly Finding[] {
  return twice(dedicatedNames(raw, view)).map(({ index, value }) => ({
    code: 'config.duplicate',
    path: `/pool/dedicated/${index}/name`,
    message: `two dedicated sessions are named ${value}`,
    expected: 'a name of its own for each session',
    found: value,
  }));
}

export function dedicatedInRange(raw: RawConfig, view: ConsistencyView): readonly Finding[] {
  const { prefix, start_index: start, max } = raw.pool.autonomous;
  const range = new Set(Array.from({ length: max }, (_, i) => `${prefix}${start + i}`));
  return eachName(dedicatedNames(raw, view))
    .filter(({ name }) => range.has(name))
    .map(({ index, name }) => ({
      code: 'config.duplicate',
      path: `/pool/dedicated/${index}/name`,
      message: `the dedicated session ${name} has a name of the autonomous range`,
      expected: `a name outside ${prefix}${start} to ${prefix}${start + max - 1}`,
      found: name,
    }));
}

/** The control hub is a session beside the pool: nothing of the pool may be named like one. */
const RESERVED = '_claude-failover-';

export function reservedPrefix({ pool }: RawConfig): readonly Finding[] {
  const { prefix } = pool.autonomous;
  return prefix.startsWith(RESERVED) ? [reserved('/pool/autonomous/prefix', prefix)] : [];
}

export function reservedDedicatedNames(raw: RawConfig, view: ConsistencyView): readonly Finding[] {
  return eachName(dedicatedNames(raw, view))
    .filter(({ name }) => name.startsWith(RESERVED))
    .map(({ index, name }) => reserved(`/pool/dedicated/${index}/name`, name));
}

function reserved(path: string, name: string): Finding {
  return {
    code: 'config.range',
    path,
    message: `names that begin with ${RESERVED} are kept for the control hub`,
    expected: `another beginning than ${RESERVED}`,
    found: name,
  };
}

export function dedicatedAccountUnknown(raw: RawConfig, view: ConsistencyView): readonly Finding[] {
  const known = accountNames(raw, view);
  // A malformed name may be the very one that is asked for.
  if (known.includes(null)) return [];
  const asked = raw.pool.dedicated.map((session, index) =>
    view.isSound(`/pool/dedicated/${index}/account`) ? session.account : null,
  );
  return eachName(asked)
    .filter(({ name }) => !known.includes(name))
    .map(({ index, name }) => ({
      code: 'config.range',
      path: `/pool/dedicated/${index}/account`,
      message: `there is no account ${name} among accounts`,
      expected: `one of ${known.join(', ')}`,
      found: name,
    }));
}

/** In the order of the list; null for one that is malformed. */
type Names = readonly (string | null)[];

function accountNames({ accounts }: RawConfig, { isSound }: ConsistencyView): Names {
  return accounts.map((account, i) => (isSound(`/accounts/${i}/name`) ? account.name : null));
}

function dedicatedNames({ pool }: RawConfig, { isSound }: ConsistencyView): Names {
  return pool.dedicated.map((session, i) =>
    isSound(`/pool/dedicated/${i}/name`) ? session.name : null,
  );
}

function eachName(names: Names): readonly { readonly index: number; readonly name: string }[] {
  return names.flatMap((name, index) => (name === null ? [] : [{ index, name }]));
}

interface Repeat {
  readonly index: number;
  /** Where the same value stands first. */
  readonly first: number;
  readonly value: string;
}

function twice(values: Names): readonly Repeat[] {
  return eachName(values)
    .map(({ index, name }) => ({ index, first: values.indexOf(name), value: name }))
    .filter(({ index, first }) => first < index);
}
