// What changes elsewhere: the server is asked what changed since the last mark and answers as soon as something did. The truth is the
// store, so it does not matter which of several server processes answers.

import * as api from "./api.js";
import { toast } from "./pieces.js";
import { ring } from "./sound.js";
import { learn } from "./time.js";
import { say } from "./words.js";

const listeners = new Set();
const LEAST_MS = 800;
const SLOWEST_MS = 10000;

let running = null;
let following = null;
let known = null;

export const live = {
  /** Ids of the handoffs that wait for a person, oldest first. */
  waiting: [],

  /** Conversations of whoever is signed in whose customer waits for their answer. */
  unanswered: [],

  /** Call `run` after every change; gives what ends it. */
  listen(run) {
    listeners.add(run);
    return () => listeners.delete(run);
  },

  /** Also learn when a message of this conversation was sent or failed; null: of none. */
  follow(conversation) {
    if (following === conversation) return;
    following = conversation;
    if (running) this.begin();
  },

  begin() {
    this.end();
    running = new AbortController();
    poll(running.signal);
  },

  end() {
    running?.abort();
    running = null;
  },
};

async function poll(signal) {
  let mark = "";
  let pause = LEAST_MS;
  let isLost = false;
  while (!signal.aborted) {
    const asked = performance.now();
    try {
      const about = following ? `&conversation=${api.part(following)}` : "";
      const told = learn(await api.get(`/changes?since=${api.part(mark)}${about}`, { signal }));
      if (isLost) toast(say("shell.online"));
      isLost = false;
      document.documentElement.dataset.live = "yes";
      pause = LEAST_MS;
      const first = mark === "";
      if (told.mark !== mark) {
        mark = told.mark;
        heed(told, first);
      }
    } catch (error) {
      if (signal.aborted || error.status === 401) return;
      if (!isLost && error.status === 0) toast(say("shell.offline"), "bad");
      isLost ||= error.status === 0;
      document.documentElement.dataset.live = "no";
      pause = Math.min(pause * 2, SLOWEST_MS);
      await rest(pause, signal);
    }
    await rest(LEAST_MS - (performance.now() - asked), signal);
  }
}

function heed({ waiting, unanswered }, first) {
  const news = known && waiting.some((one) => !known.has(one)) ? "handoff" : known && unanswered.some((one) => !known.has(one)) ? "words" : null;
  known = new Set([...waiting, ...unanswered]);
  Object.assign(live, { waiting, unanswered });
  if (news) ring(news);
  if (!first || known.size) for (const run of listeners) run();
}

function rest(ms, signal) {
  return new Promise((done) => {
    if (ms <= 0 || signal.aborted) {
      done();
      return;
    }
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", () => (clearTimeout(timer), done()), { once: true });
  });
}
