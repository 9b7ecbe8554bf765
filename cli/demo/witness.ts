import type { Log } from '../daemon-voice.ts';
import { shortConversation } from '../format/session-words.ts';
import type { DemoStage } from './demo-stage.ts';
import { recalledPrompts } from './recalled.ts';

/** Shows that a task that was broken off has lost nothing: tells how it ended, and where. */
export interface Witness {
  readonly hear: Log;
}

/** What a task has come through, in words. */
type Ordeal = string;

const KILLED: Ordeal = 'outlived the kill -9';

/** The task that was going on when its agent died or had to leave ends once, and only then is told of. */
export function createWitness(stage: DemoStage): Witness {
  const interrupted = new Map<string, Ordeal>();
  let isHinted = false;
  const hint = () => {
    if (!isHinted) stage.tell('kill one yourself: kill -9 PID, with a PID that status shows');
    isHinted = true;
  };
  const testify = async (id: string, ordeal: Ordeal) => {
    const { conversation, result } = await stage.showTask(id);
    const prompts = recalledPrompts(result ?? '').map((prompt) => JSON.stringify(prompt));
    const where = `in its conversation ${shortConversation(conversation)}`;
    stage.tell(
      `${stage.titleOf(id)} ${ordeal}: done once, ${where}, which was asked ${prompts.join(', then ')}`,
    );
    if (ordeal === KILLED) hint();
  };
  const note = (session: string, ordeal: Ordeal) => {
    const task = stage.sessions().find(({ name }) => name === session)?.task;
    if (task != null) interrupted.set(task, ordeal);
  };
  const tell = (id: string) => {
    const ordeal = interrupted.get(id);
    interrupted.delete(id);
    if (ordeal === undefined) return;
    testify(id, ordeal).catch((error: unknown) => stage.tell(String(error)));
  };
  return {
    hear: (entry) => {
      if (entry.event === 'session.recreated') note(entry.session, KILLED);
      if (entry.event === 'failover.completed') note(entry.session, moved(entry));
      if (entry.event === 'task.completed') tell(entry.task);
    },
  };
}

function moved({ from, to }: { readonly from: string; readonly to: string }): Ordeal {
  return `met the limit of ${from} and went on with ${to}`;
}
