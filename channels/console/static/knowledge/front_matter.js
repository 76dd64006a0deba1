// A policy's text: its front matter between two lines of "---", then Markdown. Fields change single keys and leave every other line,
// comments included, as an editor wrote it.

const FENCE = /^---[ \t]*$/;

/**
 * Take a text apart.
 * @param {string} text of the whole file.
 * @returns {{head: string[], body: string, bodyLine: number, whole: boolean}} the lines between the fences, the Markdown, the line of the
 *   file at which it begins (from 1), and whether there is a front matter at all.
 */
export function split(text) {
  const lines = text.split("\n");
  const start = lines.findIndex((line) => line.trim() !== "");
  const end = start >= 0 && FENCE.test(lines[start]) ? lines.findIndex((line, place) => place > start && FENCE.test(line)) : -1;
  if (end < 0) return { head: [], body: text, bodyLine: 1, whole: false };
  return { head: lines.slice(start + 1, end), body: lines.slice(end + 1).join("\n"), bodyLine: end + 2, whole: true };
}

/** Put a text together. */
export function join(head, body) {
  return ["---", ...head, "---", body].join("\n");
}

/** The value of a key: a word, or a list; "" where it is absent. */
export function read(head, key) {
  const [begin, end] = range(head, key);
  if (begin < 0) return "";
  const said = strip(head[begin].slice(head[begin].indexOf(":") + 1));
  if (said.startsWith("[")) return said.replace(/^\[|\]$/g, "").split(",").map((one) => unquoted(one.trim())).filter(Boolean);
  const items = head.slice(begin + 1, end).map((line) => line.match(/^\s*-\s+(.*)$/)?.[1]).filter((item) => item !== undefined);
  return said === "" && items.length ? items.map((item) => unquoted(strip(item))) : unquoted(said);
}

/** The same lines with another value for a key; an empty one takes the key out. */
export function write(head, key, value) {
  const [begin, end] = range(head, key);
  const lines = lined(key, value);
  if (begin >= 0) return [...head.slice(0, begin), ...lines, ...head.slice(end)];
  return [...head, ...lines];
}

/** The key that stands in a line of the file, for a finding about it; "" where none does. */
export function keyAt(head, line) {
  for (let place = Math.min(line - 2, head.length - 1); place >= 0; place -= 1) {
    const found = head[place].match(/^([A-Za-z_]+)\s*:/);
    if (found) return found[1];
  }
  return "";
}

function lined(key, value) {
  if (Array.isArray(value)) return value.length ? [`${key}:`, ...value.map((one) => `  - ${quoted(one)}`)] : [];
  return value === "" ? [] : [`${key}: ${quoted(value)}`];
}

function range(head, key) {
  const begin = head.findIndex((line) => line.match(/^([A-Za-z_]+)\s*:/)?.[1] === key);
  if (begin < 0) return [-1, -1];
  let end = begin + 1;
  while (end < head.length && /^(\s+\S|-\s)/.test(head[end])) end += 1;
  return [begin, end];
}

function strip(text) {
  const said = text.trim();
  return /^["']/.test(said) ? said : said.replace(/\s+#.*$/, "");
}

function unquoted(text) {
  if (text.startsWith('"')) {
    try {
      return JSON.parse(text);
    } catch {
      return text;
    }
  }
  return text.startsWith("'") && text.endsWith("'") ? text.slice(1, -1).replaceAll("''", "'") : text;
}

const PLAIN = /^[\p{L}\p{N}(（【《][^:#"'[\]{},&*!|>%@`\n]*$/u;
const MEANT_OTHERWISE = /^(true|false|yes|no|on|off|null|~|\d[\d_.:eE+-]*)$/i;
const A_DAY = /^\d{4}-\d{2}-\d{2}$/;

function quoted(value) {
  const said = String(value);
  if (A_DAY.test(said)) return said;
  return PLAIN.test(said) && !MEANT_OTHERWISE.test(said) && said === said.trim() ? said : JSON.stringify(said);
}
