// Figures in words: shares, times, stars.

import { say } from "../words.js";

export const percent = (value) => `${trimmed(value * 100)}%`;
export const milliseconds = (value) => (value >= 1000 ? `${trimmed(value / 1000)} s` : `${trimmed(value)} ms`);
export const stars = (value) => trimmed(value);
export const count = (value) => trimmed(value);

/** A value in the unit of its score. */
export function figure(value, unit) {
  if (unit === "share") return percent(value);
  if (unit === "ms") return milliseconds(value);
  return trimmed(value);
}

/** Where the true value lies, 19 times of 20. */
export function interval(score) {
  if (score.low === null || score.high === null) return "";
  return say("quality.interval", { low: figure(score.low, score.unit), high: figure(score.high, score.unit) });
}

function trimmed(value) {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return Number(value.toFixed(digits)).toString();
}
