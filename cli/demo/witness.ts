import type { Log } from '../daemon-voice.ts';
import type { DemoStage } from './demo-stage.ts';
import { recalledPrompts } from './recalled.ts';

/** Shows that an agent which came back has lost nothing: asks it, and tells what it answers. */
export interface Witness {
  readonly hear: Log;
  /** Asks and tells what is due; to be called often. */
  look(): void;
  /** Whether this session is being asked, so that nobody else types into it. */
  isWith(session: string): boolean;
}

interface Returned {
  readonly session: string;
  readonly conversation: string;
  readonly pid: number;
  readonly prompt: string;
  readonly isAsked: boolean;
}

/** Enough to see that they are the ones from before. */
const PROMPTS_TOLD = 3;

export function createWitness(stage: DemoStage): Witness {
  const returned = new Map<string, Returned>();
  let isHinted = false;
  const hint = ({ session, pid }: Returned) => {
    if (!isHinted) stage.tell(`kill one yourself: kill -9 ${pid} (the agent of ${session})`);
    isHinted = true;
  };
  const ask = (one: Returned) => {
    if (!isReady(stage, one.session)) return;
    stage.type(one.session, one.prompt);
    returned.set(one.session, { ...one, isAsked: true });
  };
  const tellAnswer = (one: Returned) => {
    const prompts = recalledPrompts({ projects: stage.projects, ...one });
    if (prompts === null) return;
    returned.delete(one.session);
    stage.tell(
      `${one.session} is still in conversation ${shortId(one.conversation)} and knows: ${listed(prompts)}`,
    );
    hint(one);
  };
  return {
    hear: (entry) => {
      if (entry.event !== 'session.recreated') return;
      const { session, conversation, pid } = entry;
      const prompt = `You came back as ${pid}: what have I asked you so far? [[demo:recall]]`;
      returned.set(session, { session, conversation, pid, prompt, isAsked: false });
    },
    look: () => {
      for (const one of returned.values()) (one.isAsked ? tellAnswer : ask)(one);
    },
    isWith: (session) => returned.has(session),
  };
}

/** The first eight characters of a conversation's id: enough to tell it from the others. */
export function shortId(conversation: string): string {
  return conversation.slice(0, 8);
}

function isReady({ sessions }: DemoStage, name: string): boolean {
  return sessions().some((one) => one.name === name && one.substate === 'ready');
}

function listed(prompts: readonly string[]): string {
  const told = prompts.slice(-PROMPTS_TOLD).map((prompt) => JSON.stringify(prompt));
  const earlier = prompts.length - told.length;
  return [...(earlier > 0 ? [`${earlier} earlier`] : []), ...told].join(', ');
}
