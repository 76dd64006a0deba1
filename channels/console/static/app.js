// The console's shell: signing in, navigation, languages, opening pages.
//
// HOW A PAGE IS ADDED
// 1. Write `pages/NAME.js`. It exports one function:
//        export function open(place, rest, shell) { … return { close() {}, changed() {}, went(rest) { return false; } }; }
//    `place` is the element to fill (its scroll box is the page), `rest` what stands in the address behind the page's name, as an array:
//    #/NAME/a/b gives ["a", "b"], and `shell` is what the shell gives every page:
//        shell.me            {name, roles, is_local, shop}; shell.may("operator") or shell.may("editor") says what the person may do
//        shell.go(...parts)  change the address (and thereby the page): shell.go("NAME", "a")
//        shell.live          see live.js
//    All three members of what it returns may be left out. `close()` stops what the page started; `changed()` is called when something
//    changed in the store; `went(rest)` is called when only `rest` changed: true means the page has shown it, else it is opened anew.
//    A language switch opens the page anew.
// 2. Add a row to PAGES below, and its name to `words/shell.js` as "nav.NAME" in both languages.
// 3. Its words stand in `words/NAME.js` and are added with addWords (words.js). Elements are made with h() (dom.js), never from markup.
//    Calls go through api.js; loading, empty and error states, toasts and dialogs are in pieces.js; shortcuts in keys.js; times in time.js.
// 4. Styles of its own stand in `NAME.css`, linked in index.html: every rule begins with `.page-NAME`, the class of its place, or names a class
//    that no other page has; colours come from the variables at the head of style.css only.

import * as api from "./api.js";
import { fill, h, icon } from "./dom.js";
import { known, listen, shortcuts } from "./keys.js";
import { live } from "./live.js";
import { ask, empty, failed, loading } from "./pieces.js";
import { showSignIn } from "./sign_in.js";
import { isMuted, mute } from "./sound.js";
import { learn } from "./time.js";
import { addWords, language, say, setLanguage } from "./words.js";
import { words } from "./words/shell.js";

const PAGES = [
  { name: "conversations", icon: "talk", key: "c", load: () => import("./pages/conversations.js") },
  { name: "queue", icon: "people", key: "q", load: () => import("./pages/queue.js") },
  { name: "knowledge", icon: "book", key: "k", load: () => import("./pages/knowledge.js") },
  { name: "quality", icon: "chart", key: "u", load: () => import("./pages/quality.js") },
  { name: "models", icon: "chip", key: "m", load: () => import("./pages/models.js") },
];

addWords(words);
const root = document.getElementById("app");
let me = null;
let opened = { page: null, handle: {} };
let drop = () => {};

function shellOf() {
  return { me, may: (role) => me.roles.includes(role), go, live };
}

function go(...parts) {
  location.hash = `#/${parts.filter((part) => part !== undefined && part !== null).map(encodeURIComponent).join("/")}`;
}

function address() {
  const [name, ...rest] = location.hash.replace(/^#\/?/, "").split("/").filter(Boolean).map(decodeURIComponent);
  return { name: name ?? "conversations", rest };
}

async function start(note = "") {
  setLanguage(language());
  try {
    me = learn(await api.get("/me"));
  } catch (error) {
    leave();
    if (error.status === 401 || error.code === "staff_missing") {
      showSignIn(root, { missing: error.code === "staff_missing", note, done: start, language: switchLanguage });
    } else {
      fill(root, h("main.alone", {}, failed(error, () => start())));
    }
    return;
  }
  live.begin();
  draw();
}

function leave() {
  opened.handle.close?.();
  opened = { page: null, handle: {} };
  drop();
  live.end();
}

api.onSignedOut(() => {
  if (me === null) return;
  me = null;
  start(say("sign_in.ended"));
});

function draw() {
  opened.handle.close?.();
  opened = { page: null, handle: {} };
  drop();
  drop = shortcuts(everywhere(), "anywhere");
  fill(
    root,
    h("a.skip", { href: "#main", on: { click: skip } }, say("shell.skip")),
    h("div.shell", {}, rail(), h("div.page", {}, me.is_local && h("p.banner", {}, say("shell.local")), main())),
  );
  badge();
  show();
}

function main() {
  return h("main", { id: "main", tabindex: "-1" });
}

function skip(event) {
  event.preventDefault();
  document.getElementById("main").focus();
}

function rail() {
  const links = PAGES.map((page) =>
    h(
      "a.nav-link",
      { href: `#/${page.name}`, data: { page: page.name } },
      icon(page.icon),
      h("span", {}, say(`nav.${page.name}`)),
      page.name === "queue" && [h("span.count.own", { id: "unanswered", hidden: true }), h("span.count", { id: "waiting", hidden: true })],
    ),
  );
  const roles = me.roles.map((role) => say(`role.${role}`)).join(language() === "zh" ? "、" : ", ") || say("role.viewer");
  return h(
    "header.rail",
    {},
    h("div.brand", {}, h("span.mark", { "aria-hidden": "true" }, icon("talk")), h("span.brand-name", {}, me.shop)),
    h("nav.nav", { "aria-label": say("shell.pages") }, links),
    h(
      "div.rail-foot",
      {},
      h("button.rail-button", { type: "button", id: "sound", on: { click: toggleSound } }, ...soundWords()),
      h(
        "button.rail-button",
        { type: "button", "aria-label": say("shell.language.label"), on: { click: switchAndDraw } },
        h("span.glyph", { "aria-hidden": "true" }, language() === "zh" ? "En" : "中"),
        h("span", {}, say("shell.language")),
      ),
      h("button.rail-button", { type: "button", on: { click: help } }, icon("keys"), h("span", {}, say("shell.shortcuts"))),
      h(
        "div.who",
        {},
        h("span.avatar", { "aria-hidden": "true" }, me.name.slice(0, 1).toUpperCase()),
        h("span.who-name", {}, h("b", {}, me.name), h("small", {}, roles)),
        !me.is_local &&
          h("button.icon-button", { type: "button", "aria-label": say("shell.sign_out"), title: say("shell.sign_out"), on: { click: signOut } }, icon("out")),
      ),
    ),
  );
}

function soundWords() {
  return [icon(isMuted() ? "bellOff" : "bell"), h("span", {}, say(isMuted() ? "shell.sound.off" : "shell.sound.on"))];
}

function toggleSound() {
  mute(!isMuted());
  fill(document.getElementById("sound"), ...soundWords());
}

function switchLanguage() {
  setLanguage(language() === "zh" ? "en" : "zh");
}

function switchAndDraw() {
  switchLanguage();
  draw();
}

async function signOut() {
  await api.post("/sign-out");
  me = null;
  start();
}

async function show() {
  const { name, rest } = address();
  const page = PAGES.find((one) => one.name === name);
  for (const link of document.querySelectorAll(".nav-link")) {
    if (link.dataset.page === name) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  if (opened.page === page && page && opened.handle.went?.(rest)) return;
  opened.handle.close?.();
  opened = { page, handle: {} };
  const place = document.getElementById("main");
  place.className = page ? `page-${page.name}` : "";
  if (!page) {
    fill(place, empty(say("shell.unknown_page"), say("shell.unknown_page.hint")));
    return;
  }
  fill(place, loading());
  try {
    const module = await page.load();
    if (opened.page !== page || place !== document.getElementById("main")) return;
    opened.handle = module.open(fill(place), rest, shellOf()) ?? {};
  } catch (error) {
    fill(place, failed(error, show));
    throw error;
  }
}

function everywhere() {
  return [
    ...PAGES.map((page) => ({ keys: `g ${page.key}`, label: () => say("keys.go", { page: say(`nav.${page.name}`) }), run: () => go(page.name) })),
    { keys: "m", label: "keys.mute", run: toggleSound },
    { keys: "l", label: "keys.language", run: switchAndDraw },
    { keys: "?", label: "keys.help", run: help },
    { keys: "Escape", label: "keys.escape", run: () => {} },
  ];
}

function help() {
  const rows = (group) =>
    known(group).map((one) =>
      h(
        "tr",
        {},
        h("td", {}, ...one.keys.split(" ").map((key) => h("kbd", {}, key.replace("mod+", "Ctrl ")))),
        h("td", {}, typeof one.label === "function" ? one.label() : say(one.label)),
      ),
    );
  const table = (group) => [h("h3", {}, say(`keys.${group}`)), h("table.keys", {}, h("tbody", {}, rows(group)))];
  ask(say("keys.title"), [...(known("here").length ? table("here") : []), ...table("anywhere")]);
}

function badge() {
  for (const [id, number] of [["waiting", live.waiting.length], ["unanswered", live.unanswered.length]]) {
    const shown = document.getElementById(id);
    shown.hidden = number === 0;
    shown.textContent = String(number);
    shown.title = say(`shell.${id}`, { n: number });
  }
  const count = live.waiting.length + live.unanswered.length;
  document.title = `${count ? `(${count}) ` : ""}${me.shop}`;
}

live.listen(() => {
  if (me === null) return;
  badge();
  opened.handle.changed?.();
});
window.addEventListener("hashchange", () => {
  if (me !== null) show();
});
listen();
start();
