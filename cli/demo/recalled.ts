/**
 * What a demo agent has answered to `[[demo:recall]]`: the prompts of its conversation, the oldest first,
 * without the header line of a task and without what is in brackets. Empty when it is no such answer.
 */
export function recalledPrompts(answer: string): readonly string[] {
  const [, list = '[]'] = /^DEMO-RECALL: (.+)$/.exec(answer) ?? [];
  const prompts: readonly string[] = JSON.parse(list);
  return prompts.map(withoutDirections);
}

function withoutDirections(prompt: string): string {
  return prompt
    .replace(/^\[task \w+\]\n/, '')
    .replaceAll(/\s*\[\[demo:[^\]]*\]\]/g, '')
    .trim();
}
