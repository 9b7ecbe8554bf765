const SOURCE = {
  signal: ', as a hook of the client told',
  transcript: ', as its transcript says',
  guard: ', as the guard found',
  operator: '',
};

/** What led to the state of an account, in a sentence without its time: who recorded what. */
export function evidenceSentence(evidence) {
  return `${what(evidence)}${SOURCE[evidence.source] ?? ''}`;
}

function what({ source, session, error, status, message }) {
  if (source === 'operator') return message || 'an operator said so';
  if (source === 'guard') return message;
  const kind = [error, status === null ? null : `HTTP ${status}`].filter(Boolean).join(', ');
  const turn = `a turn${session === null ? '' : ` in ${session}`} ended with ${kind || 'an error'}`;
  return message === '' ? turn : `${turn}: “${message}”`;
}
