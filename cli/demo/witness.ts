import type { Log } from '../daemon-voice.ts';
import type { DemoStage } from './demo-stage.ts';
import { recalledPrompts } from './recalled.ts';

/** Shows that a task whose agent was killed has lost nothing: tells how it ended, and where. */
export interface Witness {
  readonly hear: Log;
}

/** The task that was going on when its agent died ends once, and only then is told of. */
export function createWitness(stage: DemoStage): Witness {
  const interrupted = new Set<string>();
  let isHinted = false;
  const hint = () => {
    if (!isHinted) stage.tell('kill one yourself: kill -9 PID, with a PID that status shows');
    isHinted = true;
  };
  const testify = async (id: string) => {
    const { conversation, result } = await stage.showTask(id);
    const prompts = recalledPrompts(result ?? '').map((prompt) => JSON.stringify(prompt));
    const where = `in its conversation ${shortId(conversation ?? '')}`;
    stage.tell(
      `${stage.titleOf(id)} outlived the kill -9: done once, ${where}, which was asked ${prompts.join(', then ')}`,
    );
    hint();
  };
  const onRecreated = (session: string) => {
    const task = stage.sessions().find(({ name }) => name === session)?.task;
    if (task != null) interrupted.add(task);
  };
  return {
    hear: (entry) => {
      if (entry.event === 'session.recreated') onRecreated(entry.session);
      if (entry.event === 'task.completed' && interrupted.delete(entry.task)) {
        testify(entry.task).catch((error: unknown) => stage.tell(String(error)));
      }
    },
  };
}

/** The first eight characters of a conversation's id: enough to tell it from the others. */
export function shortId(conversation: string): string {
  return conversation.slice(0, 8);
}
