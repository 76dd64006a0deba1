// Chinese and English. A page brings its own words and adds them before it draws:
//   import { addWords, say } from "../words.js";
//   addWords({ zh: { "models.empty": "还没有模型" }, en: { "models.empty": "No models yet" } });
//   say("models.empty");  say("models.count", { n: 3 })  // "{n} models"
// A key that one language lacks is a mistake that a test finds.

const SAID = { zh: {}, en: {} };
const STORED = "xiaoer.language";

let current = read();

function read() {
  const kept = recall(STORED);
  if (kept === "zh" || kept === "en") return kept;
  return (navigator.language || "zh").toLowerCase().startsWith("zh") ? "zh" : "en";
}

/** What this browser keeps under a name; null where it keeps nothing, or may not. */
export function recall(name) {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

/** Keep something in this browser; where it may not, it holds until the page is closed. */
export function keep(name, value) {
  try {
    localStorage.setItem(name, value);
  } catch {
    // A browser that keeps nothing is no reason to stop.
  }
}

export function addWords(words) {
  Object.assign(SAID.zh, words.zh);
  Object.assign(SAID.en, words.en);
}

export function language() {
  return current;
}

export function setLanguage(chosen) {
  current = chosen;
  keep(STORED, chosen);
  document.documentElement.lang = chosen === "zh" ? "zh-CN" : "en";
}

/** Say something in the language of the page; an unknown key is said as it is. */
export function say(key, values = {}) {
  const words = SAID[current][key] ?? SAID.en[key] ?? key;
  return words.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

/** Whether there are words for a key, such as for a reason that a newer server may have added. */
export function knows(key) {
  return key in SAID[current] || key in SAID.en;
}

/** Say what a code of the program means, such as a reason for a handoff; a code without words is said as it is. */
export function sayCode(group, code) {
  return knows(`${group}.${code}`) ? say(`${group}.${code}`) : String(code ?? "");
}
