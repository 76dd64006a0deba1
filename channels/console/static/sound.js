// A soft double tone for a new handoff and a lower one for words in one's own conversation, made here: no file to load. Browsers allow it
// once the person has clicked or typed something.

import { keep, recall } from "./words.js";

const STORED = "xiaoer.muted";
let muted = recall(STORED) === "yes";
let context = null;

export const isMuted = () => muted;

export function mute(yes) {
  muted = yes;
  keep(STORED, yes ? "yes" : "no");
  if (!yes) ring();
}

/** @param {"handoff"|"words"} news */
export function ring(news = "handoff") {
  const { dataset } = document.documentElement;
  if (!muted) dataset.rang = `${dataset.rang ?? ""} ${news}`.trim();
  if (muted || !window.AudioContext) return;
  context ??= new AudioContext();
  if (context.state === "suspended") context.resume().catch(() => {});
  const [first, second] = news === "handoff" ? [660, 880] : [520, 440];
  tone(first, 0);
  tone(second, 0.16);
}

function tone(pitch, delay) {
  const at = context.currentTime + delay;
  const source = context.createOscillator();
  const volume = context.createGain();
  source.frequency.value = pitch;
  volume.gain.setValueAtTime(0, at);
  volume.gain.linearRampToValueAtTime(0.12, at + 0.02);
  volume.gain.exponentialRampToValueAtTime(0.001, at + 0.35);
  source.connect(volume).connect(context.destination);
  source.start(at);
  source.stop(at + 0.4);
}
