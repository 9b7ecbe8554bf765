import type { DemoStage } from './demo-stage.ts';
import { demoTask } from './demo-tasks.ts';

/** No more of them wait than a person can follow. */
const MOST_WAITING = 3;

/**
 * Adds the next task of the demo, as a person would, unless enough of them wait. To be called from time
 * to time; never rejects.
 */
export function createTaskGiver(stage: DemoStage): () => Promise<void> {
  let given = 0;
  let before: string | null = null;
  let isAdding = false;
  const add = async () => {
    const { word, title, directive, priority, isLater } = demoTask(given);
    given += 1;
    const key = `${word}-${given}`;
    const dependsOn = isLater && before !== null ? [before] : [];
    before = await stage.addTask({ key, text: `${title} ${directive}`, priority, dependsOn });
  };
  return async () => {
    if (isAdding || stage.waiting() >= MOST_WAITING) return;
    isAdding = true;
    await add().catch((error: unknown) => stage.tell(`no task added: ${String(error)}`));
    isAdding = false;
  };
}
