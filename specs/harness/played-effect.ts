/** An effect that a test plays: it sees what was asked, and says what comes of it. */
export interface PlayedEffect<Asked, Answer> {
  /** Everything that was asked, oldest first. */
  readonly asked: readonly Asked[];
  /** What the next questions come to, unless they are answered by hand. */
  readonly next: (Answer | Error)[];
  ask(question: Asked): Promise<Answer>;
  /** Answers the last question; by default as if all went well. */
  answer(outcome?: Answer | Error): void;
  /** What the last question comes to if all goes well. */
  usual(): Answer;
}

/**
 * @param byHand questions wait for `answer`; else they are answered at once
 * @param usual  what a question comes to when a test does not say
 */
export function createEffect<Asked, Answer>(
  byHand: boolean,
  usual: (asked: Asked) => Answer,
): PlayedEffect<Asked, Answer> {
  const asked: Asked[] = [];
  const next: (Answer | Error)[] = [];
  const last = () => {
    const question = asked.at(-1);
    if (question === undefined) throw new Error('nothing was asked');
    return question;
  };
  let answerLast: (outcome?: Answer | Error) => void = () => {
    throw new Error('nothing was asked');
  };
  return {
    asked,
    next,
    ask: (question) => {
      asked.push(question);
      return new Promise<Answer>((resolve, reject) => {
        const answer = (outcome: Answer | Error = usual(question)) => {
          if (outcome instanceof Error) reject(outcome);
          else resolve(outcome);
        };
        answerLast = answer;
        // Later, as an effect does: a test can still say what comes of a question just asked.
        if (!byHand) queueMicrotask(() => answer(next.shift()));
      });
    },
    answer: (outcome) => answerLast(outcome),
    usual: () => usual(last()),
  };
}
