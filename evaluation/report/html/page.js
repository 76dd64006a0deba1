"use strict";
(() => {
  const root = document.documentElement;
  const find = (name) => document.getElementById(name);
  const turns = [...document.querySelectorAll("details.turn")];
  const buttons = [...document.querySelectorAll(".states button")];
  const search = find("search");
  const picks = ["score", "family", "split"].map(find).filter(Boolean);
  const words = new Map();

  const text = (turn) => {
    if (!words.has(turn)) words.set(turn, turn.textContent.toLowerCase());
    return words.get(turn);
  };
  const state = () => (buttons.find((one) => one.getAttribute("aria-pressed") === "true") || {dataset: {show: "all"}}).dataset.show;
  const value = (name) => (find(name) ? find(name).value : "");

  const fits = (turn, show, asked) => {
    const data = turn.dataset;
    if (show === "failed" && !turn.classList.contains("failed")) return false;
    if (show !== "failed" && show !== "all" && data.way !== show) return false;
    if (value("score") && !data.kinds.split(" ").includes(value("score"))) return false;
    if (value("family") && data.family !== value("family")) return false;
    if (value("split") && data.split !== value("split")) return false;
    return asked.every((word) => text(turn).includes(word));
  };

  const filter = () => {
    const show = state();
    const asked = (search ? search.value : "").toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const turn of turns) {
      turn.hidden = !fits(turn, show, asked);
      shown += turn.hidden ? 0 : 1;
    }
    if (find("count")) find("count").textContent = `${shown} of ${turns.length} turns`;
    if (find("none")) find("none").hidden = shown > 0;
    remember(show);
  };

  const press = (name) => {
    for (const one of buttons) one.setAttribute("aria-pressed", String(one.dataset.show === name));
  };

  const remember = (show) => {
    const told = new URLSearchParams();
    if (buttons.length && show !== buttons[0].dataset.show) told.set("show", show);
    for (const pick of picks) if (pick.value) told.set(pick.id, pick.value);
    if (search && search.value) told.set("search", search.value);
    const wanted = told.toString();
    if (wanted || location.hash.includes("=")) history.replaceState(null, "", wanted ? "#" + wanted : location.pathname + location.search);
  };

  const recall = () => {
    const hash = decodeURIComponent(location.hash.slice(1));
    if (hash && find(hash)) {
      press("all");
      filter();
      find(hash).open = true;
      find(hash).scrollIntoView();
      return;
    }
    const told = new URLSearchParams(location.hash.slice(1));
    if (buttons.some((one) => one.dataset.show === told.get("show"))) press(told.get("show"));
    for (const pick of picks) if (told.get(pick.id)) pick.value = told.get(pick.id);
    if (search && told.get("search")) search.value = told.get("search");
    filter();
  };

  const theme = () => {
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
  };

  const step = (by) => {
    const shown = turns.filter((turn) => !turn.hidden);
    if (!shown.length) return;
    const here = shown.findIndex((turn) => turn.contains(document.activeElement));
    const next = here < 0 ? (by > 0 ? 0 : shown.length - 1) : Math.min(Math.max(here + by, 0), shown.length - 1);
    shown[next].querySelector("summary").focus();
    shown[next].scrollIntoView({block: "nearest"});
  };

  const keys = {
    j: () => step(1),
    k: () => step(-1),
    o: () => {
      const turn = document.activeElement.closest("details.turn");
      if (turn) turn.open = !turn.open;
    },
    f: () => {
      press(state() === "failed" ? "all" : "failed");
      filter();
    },
    t: theme,
    "/": () => search && search.focus(),
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const typing = event.target.matches && event.target.matches("input, select, textarea");
    if (event.key === "Escape" && typing) {
      if (event.target === search) search.value = "";
      event.target.blur();
      filter();
    } else if (!typing && keys[event.key]) {
      event.preventDefault();
      keys[event.key]();
    }
  });
  for (const one of buttons) one.addEventListener("click", () => { press(one.dataset.show); filter(); });
  for (const pick of picks) pick.addEventListener("change", filter);
  if (search) search.addEventListener("input", filter);
  if (find("theme")) find("theme").addEventListener("click", theme);
  addEventListener("hashchange", recall);
  recall();
  root.dataset.ready = "true";
})();
