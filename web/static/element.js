/** Builds a DOM element. Text is always text: nothing the daemon sends is ever parsed as HTML. */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) setAttribute(made, name, value);
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

export function byId(id) {
  return document.getElementById(id);
}

function setAttribute(made, name, value) {
  if (typeof value === 'function') made.addEventListener(name, value);
  else if (value !== null && value !== false && value !== undefined) made.setAttribute(name, value);
}
