import { buildOnce } from './build-once.mjs';
import { noteRepository } from './repository-state.mjs';
import { sweepStaleSandboxes } from './stale-sandboxes.mjs';

export default function beforeAllSpecs() {
  sweepStaleSandboxes();
  buildOnce();
  noteRepository();
}
