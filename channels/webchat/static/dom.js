// Elements from words: whatever came over the wire becomes text, never markup.

const SVG = "http://www.w3.org/2000/svg";
const LINK = /https?:\/\/[^\s<>"'“”‘’，。！？；：、（）《》【】]+/g;

const PATHS = {
  chat: "M4 5.5A2.5 2.5 0 0 1 6.5 3h11A2.5 2.5 0 0 1 20 5.5v8a2.5 2.5 0 0 1-2.5 2.5H11l-4.6 4.2A.9.9 0 0 1 5 19.5V16a2.5 2.5 0 0 1-1-2z",
  close: "M6 6l12 12M18 6L6 18",
  down: "M6 9.5l6 6 6-6",
  send: "M4 12l16-7.5-5 15.5-3.6-5.6z",
  person: "M12 12.2a4.1 4.1 0 1 0 0-8.2 4.1 4.1 0 0 0 0 8.2zM4.5 20.5c.6-3.9 3.7-6 7.5-6s6.9 2.1 7.5 6",
  bot: "M12 3v3M7.5 6h9A3.5 3.5 0 0 1 20 9.5v5a3.5 3.5 0 0 1-3.5 3.5h-9A3.5 3.5 0 0 1 4 14.500v-5A3.5 3.500 0 0 1 7.5 6zM9 11v1.500M15 11v1.500M9 21h6",
  star: "M12 3.600l2.600 5.300 5.800.800-4.200 4.100 1 5.800-5.200-2.700-5.200 2.700 1-5.800-4.200-4.100 5.800-.800z",
  doc: "M7 3.500h6.500L18 8v12.500H7zM13 3.500V8.500h5M9.500 12.500h6M9.500 16h6",
  clock: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7.500V12l3 2",
  offline: "M3 3l18 18M5 12.500a10 10 0 0 1 4-2.500M8.500 16a5 5 0 0 1 5.500-1M2 9a15 15 0 0 1 4-2.700M11 5a15 15 0 0 1 11 4M12 19.500h.01",
  bag: "M5 8h14l-1 12.500H6zM9 8a3 3 0 0 1 6 0",
};

/** An element; `on…` properties are listeners, other values attributes, children text or elements. */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return element;
}

/** A drawing; readers of screens pass over it. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  const attributes = { viewBox: "0 0 24 24", class: `icon icon-${name}`, "aria-hidden": "true", focusable: "false" };
  for (const [key, value] of Object.entries(attributes)) svg.setAttribute(key, value);
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}

/** An address that may be linked to; null: it may not. */
export function safeLink(address) {
  try {
    const url = new URL(address);
    return url.protocol === "https:" || url.protocol === "http:" ? url.href : null;
  } catch {
    return null;
  }
}

/** A link that leaves the page in peace. */
export function link(address, properties, ...children) {
  return h("a", { href: address, target: "_blank", rel: "noopener noreferrer nofollow", ...properties }, ...children);
}

/** Text with its web addresses as links. */
export function linked(text) {
  const parts = [];
  let from = 0;
  for (const match of text.matchAll(LINK)) {
    const address = safeLink(match[0]);
    if (!address) continue;
    parts.push(text.slice(from, match.index), link(address, {}, match[0]));
    from = match.index + match[0].length;
  }
  return [...parts, text.slice(from)].filter(Boolean);
}
