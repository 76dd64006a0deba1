// A policy that is not there yet: begun with a title, or with what customers asked in vain.

import * as api from "../api.js";
import { h } from "../dom.js";
import { ask, toast } from "../pieces.js";
import { now } from "../time.js";
import { say } from "../words.js";
import { read, split, write, join } from "./front_matter.js";

/**
 * Ask for title and category, and begin the policy.
 * @param {string[]} categories that there are.
 * @param {function(string): void} made called with its file.
 */
export async function create(categories, made) {
  const title = h("input.field", { id: "new-title", required: true, maxlength: "120", autocomplete: "off" });
  const category = h("input.field", { id: "new-category", required: true, maxlength: "40", list: "new-categories", autocomplete: "off" });
  const known = h("datalist", { id: "new-categories" }, categories.map((one) => h("option", { value: one })));
  const fields = [h("div.form-field", {}, h("label", { for: "new-title" }, say("policy.title")), title), h("div.form-field", {}, h("label", { for: "new-category" }, say("policy.category")), category), known];
  if ((await ask(say("policies.create"), fields, [{ label: say("policies.begin") }])) < 0) return;
  let head = write([], "id", nameOf());
  head = write(head, "title", title.value.trim());
  head = write(head, "category", category.value.trim());
  await begin(join(head, ""), made);
}

/** Begin a policy with the stub that a gap brings. */
export async function fromStub(stub, made) {
  const { head } = split(stub);
  await begin(join(write(head, "id", nameOf()), ""), made);
}

async function begin(text, made) {
  const { head } = split(text);
  const folder = String(read(head, "category")).replace(/[/\\.\s\0]+/g, "-").replace(/^-+|-+$/g, "") || "other";
  const file = `policies/${folder}/${read(head, "id")}.md`;
  try {
    await api.put("/knowledge/edit", { file, text, base: null, seen: null });
  } catch (error) {
    toast(error.say ? error.say() : error.message, "bad");
    return;
  }
  made(file);
}

function nameOf() {
  const day = new Date(now()).toISOString().slice(0, 10).replaceAll("-", "");
  return `rule-${day}-${Math.random().toString(36).slice(2, 6)}`;
}
