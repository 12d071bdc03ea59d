// Elements from plain values. Text becomes a text node and nothing else: no name of a team
// passes through a parser of HTML after the page was loaded.

const SVG = "http://www.w3.org/2000/svg";

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.flat().filter((child) => child !== undefined && child !== null));
  return element;
}

// A child is a node or text; an attribute that starts with "on" is a listener.
export function el(name, attributes = {}, ...children) {
  return fill(document.createElement(name), attributes, children);
}

export function svg(name, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, name), attributes, children);
}

// A name from outside, kept from reordering what stands beside it.
export const bdi = (text) => el("bdi", {}, text);

// Long names of cases may break after their marks: "layout:xla:random" in three lines.
export function breakable(text) {
  const parts = text.match(/[^:/_.-]+[:/_.-]*|[:/_.-]+/g) ?? [];
  return parts.flatMap((part, at) => (at === 0 ? [part] : [el("wbr"), part]));
}

let lastId = 0;
export const freshId = () => `podium-${(lastId += 1)}`;
