import { buildOnce } from './build-once.mjs';
import { noteRepository } from './repository-state.mjs';

export default function beforeAllSpecs() {
  buildOnce();
  noteRepository();
}
