import type { AnyStateMachine } from 'xstate';

export interface MachineCatalog {
  /** The same key for every actor of a machine, also when `provide` made copies of it. */
  keyOf(machine: AnyStateMachine): string;
  machine(key: string): AnyStateMachine | null;
}

/**
 * Names machines for the page: a chart is drawn once per machine, not once per actor. A machine is
 * known by its config object, which `provide` keeps; two machines with one id get `id` and `id~2`.
 */
export function createMachineCatalog(): MachineCatalog {
  const keys = new Map<object, string>();
  const machines = new Map<string, AnyStateMachine>();
  const freeKey = (id: string, n = 1): string => {
    const key = n === 1 ? id : `${id}~${n}`;
    return machines.has(key) ? freeKey(id, n + 1) : key;
  };
  return {
    keyOf: (machine) => {
      const known = keys.get(machine.config);
      if (known !== undefined) return known;
      const key = freeKey(machine.id);
      keys.set(machine.config, key);
      machines.set(key, machine);
      return key;
    },
    machine: (key) => machines.get(key) ?? null,
  };
}
