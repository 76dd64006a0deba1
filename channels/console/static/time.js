// The shop's time: counted from what the server says, so that a mocked shop's clock and a wrong clock here do no harm.

import { language, say } from "./words.js";

let offset = 0;
let zone = undefined;

/** Learn the server's time from an answer that states `now`, and the shop's time zone from one that states `timezone`. */
export function learn(answer) {
  if (answer?.now) offset = Date.parse(answer.now) - Date.now();
  if (answer?.timezone) zone = answer.timezone;
  return answer;
}

function told(at, form) {
  return new Intl.DateTimeFormat(language() === "zh" ? "zh-CN" : "en-GB", { timeZone: zone, ...form }).format(at);
}

export function now() {
  return Date.now() + offset;
}

/** Seconds since a moment. */
export function since(moment) {
  return Math.max(0, (now() - Date.parse(moment)) / 1000);
}

/** How long, in at most two units. */
export function span(seconds) {
  const s = Math.round(seconds);
  if (s < 60) return say("time.s", { n: s });
  const minutes = Math.floor(s / 60);
  if (minutes < 60) return say("time.min", { n: minutes });
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return minutes % 60 ? say("time.h_min", { h: hours, n: minutes % 60 }) : say("time.h", { n: hours });
  return say("time.d", { n: Math.floor(hours / 24) });
}

/** How long, as a running clock: 4:05, 1:02:33. */
export function clock(seconds) {
  const s = Math.max(0, Math.floor(seconds));
  const rest = `${String(Math.floor((s % 3600) / 60)).padStart(s >= 3600 ? 2 : 1, "0")}:${String(s % 60).padStart(2, "0")}`;
  return s >= 3600 ? `${Math.floor(s / 3600)}:${rest}` : rest;
}

export function ago(moment) {
  const seconds = since(moment);
  return seconds < 10 ? say("time.now") : say("time.ago", { span: span(seconds) });
}

/** A moment of the shop's day as its hour, else with its day. */
export function moment(text) {
  const at = new Date(text);
  const hour = told(at, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const day = { year: "numeric", month: "short", day: "numeric" };
  if (told(at, day) === told(now(), day)) return hour;
  return `${told(at, { month: "short", day: "numeric" })} ${hour}`;
}

/** A moment to the second, with its date. */
export function exact(text) {
  return told(new Date(text), { dateStyle: "medium", timeStyle: "medium", hourCycle: "h23" });
}
