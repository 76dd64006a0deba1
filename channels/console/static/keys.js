// Shortcuts. A page calls `const drop = shortcuts([{ keys: "j", label: "queue.key.next", run }])` when it opens and `drop()` when it closes.
// `keys` is one key ("j", "/", "?", "Enter"), a combination ("mod+Enter": Ctrl or Cmd) or a sequence ("g c"). Plain keys count only outside
// of fields; a combination counts everywhere. `label` is a key of words.js, or a function that gives words.

let sets = [];
let begun = "";
let begunAt = 0;

/**
 * @param {{keys: string, label: string|function(): string, run: function(KeyboardEvent): void}[]} added
 * @param {string} group "here" or "anywhere"
 * @returns {function(): void} takes them away again.
 */
export function shortcuts(added, group = "here") {
  const set = { added, group };
  sets = [...sets, set];
  return () => {
    sets = sets.filter((one) => one !== set);
  };
}

/** What is there to press now, for the help. */
export function known(group) {
  return sets.filter((set) => set.group === group).flatMap((set) => set.added);
}

function isField(target) {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches("input:not([type=checkbox]):not([type=radio]), textarea, select"));
}

export function listen() {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || event.altKey) return;
    const mod = event.ctrlKey || event.metaKey;
    if (event.key === "Escape" && isField(event.target)) event.target.blur();
    if (document.querySelector("dialog[open]")) return;
    if (!mod && isField(event.target)) return;
    const pressed = (mod ? "mod+" : "") + event.key;
    const sequence = performance.now() - begunAt < 1500 ? `${begun} ${pressed}` : "";
    const all = [...sets].reverse().flatMap((set) => set.added);
    const found = all.find((one) => one.keys === sequence) ?? all.find((one) => one.keys === pressed);
    begun = !found && all.some((one) => one.keys.startsWith(`${pressed} `)) ? pressed : "";
    begunAt = performance.now();
    if (!found) return;
    event.preventDefault();
    found.run(event);
  });
}
