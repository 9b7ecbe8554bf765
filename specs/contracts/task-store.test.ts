import { describe } from '@jest/globals';
import { taskPlace } from '../harness/task-store.ts';
import { taskBookContract } from './task-store-book-contract.ts';
import { taskEndContract } from './task-store-end-contract.ts';
import { taskLeaseContract } from './task-store-lease-contract.ts';

describe.each([['in a SQLite file', () => taskPlace()]])('a task store %s', (_name, makePlace) => {
  taskBookContract(makePlace);
  taskLeaseContract(makePlace);
  taskEndContract(makePlace);
});
