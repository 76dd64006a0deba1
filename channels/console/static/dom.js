// Elements made from words: everything that a page shows is text or an element made here, never markup out of data.

/**
 * Make an element.
 * @param {string} tag such as "button" or "p.muted": a tag with classes.
 * @param {Object} [attributes] `on` holds listeners, `data` the dataset; true sets a bare attribute; null, undefined and false leave one out.
 * @param {...(Node|string|number|null|false|Array)} children null and false are left out.
 * @returns {HTMLElement}
 */
export function h(tag, attributes = {}, ...children) {
  const [name, ...classes] = tag.split(".");
  const element = document.createElement(name || "div");
  if (classes.length) element.className = classes.join(" ");
  for (const [key, value] of Object.entries(attributes ?? {})) set(element, key, value);
  fill(element, ...children);
  return element;
}

/** Put children in the place of those an element has. */
export function fill(element, ...children) {
  element.replaceChildren(...children.flat(Infinity).filter((one) => one !== null && one !== undefined && one !== false));
  return element;
}

function set(element, key, value) {
  if (key === "on") {
    for (const [event, listener] of Object.entries(value)) element.addEventListener(event, listener);
  } else if (key === "data") {
    Object.assign(element.dataset, value);
  } else if (key === "class") {
    element.classList.add(...String(value || "").split(" ").filter(Boolean));
  } else if (key === "value") {
    element.value = value;
  } else if (value !== null && value !== undefined && value !== false) {
    element.setAttribute(key, value === true ? "" : String(value));
  }
}

const SHAPES = {
  talk: "M4 5.500A1.500 1.500 0 0 1 5.500 4h9A1.500 1.500 0 0 1 16 5.500v6a1.500 1.500 0 0 1-1.500 1.500H10l-4 3.200V13h-.5A1.500 1.500 0 0 1 4 11.500z",
  people: "M7.500 9.500a2.750 2.750 0 1 0 0-5.500 2.750 2.750 0 0 0 0 5.500zM2.500 16c.3-2.800 2.300-4.300 5-4.300s4.700 1.500 5 4.300M13 4.600a2.500 2.500 0 0 1 0 4.600M14.500 12c1.800.5 2.800 1.900 3 4",
  book: "M4 4.500h4.500A1.500 1.500 0 0 1 10 6v10a1.500 1.500 0 0 0-1.500-1.500H4zM16 4.500h-4.500A1.500 1.500 0 0 0 10 6v10a1.500 1.500 0 0 1 1.500-1.500H16z",
  chart: "M4 16V4M4 16h12M7.500 13V9.500M10.500 13V6.500M13.500 13v-5",
  chip: "M6.500 6.500h7v7h-7zM8.500 4v2.500M11.500 4v2.500M8.500 13.500V16M11.500 13.500V16M4 8.500h2.500M4 11.500h2.500M13.500 8.500H16M13.500 11.500H16",
  bell: "M5.500 13.500c1-1 1-2.500 1-4.500a3.500 3.500 0 0 1 7 0c0 2 0 3.500 1 4.500zM8.500 15.500a1.600 1.600 0 0 0 3 0",
  bellOff: "M5.500 13.500c1-1 1-2.500 1-4.500a3.500 3.500 0 0 1 7 0c0 2 0 3.500 1 4.500zM8.500 15.500a1.600 1.600 0 0 0 3 0M4 4l12 12",
  keys: "M3.500 6h13v8h-13zM6 8.700h.01M8.700 8.700h.01M11.300 8.700h.01M14 8.700h.01M7 11.500h6",
  out: "M8 4.500H5.500A1.500 1.500 0 0 0 4 6v8a1.500 1.500 0 0 0 1.500 1.500H8M12.500 13l3-3-3-3M15.500 10H8",
  back: "M12 5l-5 5 5 5",
  search: "M9 14a5 5 0 1 0 0-10 5 5 0 0 0 0 10zM12.700 12.700L16 16",
  spark: "M10 3.500l1.600 4.400L16 9.500l-4.400 1.600L10 15.500l-1.600-4.400L4 9.500l4.400-1.600z",
  check: "M4.500 10.500l3.500 3.500 7.500-8",
  cross: "M5.500 5.500l9 9M14.500 5.500l-9 9",
};

/** A small picture; it says nothing that words beside it do not say. */
export function icon(name) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("viewBox", "0 0 20 20");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("class", "icon");
  const path = document.createElementNS(space, "path");
  path.setAttribute("d", SHAPES[name]);
  svg.append(path);
  return svg;
}
