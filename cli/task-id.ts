const WHOLE_ID = /^t_[0-9A-HJKMNP-TV-Z]{26}$/;
const BEGIN_OF_ID = /^t_[0-9A-HJKMNP-TV-Z]{1,25}$/;

/** `t_` and a ULID. */
export function isTaskId(text: string): boolean {
  return WHOLE_ID.test(text);
}

/** What an id could begin with. */
export function isBeginOfTaskId(text: string): boolean {
  return BEGIN_OF_ID.test(text);
}
