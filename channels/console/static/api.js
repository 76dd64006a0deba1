// The console's API. Every call either gives the JSON of the answer or throws an ApiError, whose `say()` is for people.

import { knows, say } from "./words.js";

const BASE = "/console/api";

export class ApiError extends Error {
  /**
   * @param {number} status of the answer; 0: there was none.
   * @param {string} code a stable word, such as "ticket_taken".
   * @param {string} message the server's own words, in English.
   * @param {*} detail more, for some codes.
   * @param {number} retryAfter seconds to wait; 0: waiting does not help.
   */
  constructor(status, code, message, detail = null, retryAfter = 0) {
    super(message);
    Object.assign(this, { status, code, detail, retryAfter });
  }

  /** What happened, in the language of the page. */
  say() {
    const person = this.detail?.person;
    if (this.code === "ticket_taken") return person ? say("error.ticket_taken", { person }) : say("error.ticket_taken.other");
    return knows(`error.${this.code}`) ? say(`error.${this.code}`) : this.message;
  }
}

let signedOut = () => {};

/** Say what to do when the session has ended. */
export function onSignedOut(run) {
  signedOut = run;
}

export const get = (path, options) => call("GET", path, undefined, options);
export const post = (path, body = {}, options) => call("POST", path, body, options);
export const put = (path, body = {}, options) => call("PUT", path, body, options);
export const remove = (path, options) => call("DELETE", path, undefined, options);

/** Put a value into a path. */
export const part = (value) => encodeURIComponent(value);

async function call(method, path, body, { signal } = {}) {
  const headers = { "X-Console": "1" };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  let answer;
  try {
    answer = await fetch(BASE + path, {
      method,
      headers,
      signal,
      body: body === undefined ? undefined : JSON.stringify(body),
      credentials: "same-origin",
      cache: "no-store",
    });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new ApiError(0, "network", say("error.network"));
  }
  if (answer.ok) return answer.status === 204 ? null : answer.json();
  const refused = await readError(answer);
  if (refused.code === "sign_in_needed") signedOut();
  throw refused;
}

async function readError(answer) {
  const wait = Number(answer.headers.get("Retry-After") || 0);
  try {
    const { error } = await answer.json();
    return new ApiError(answer.status, error.code, error.message, error.detail, wait);
  } catch {
    return new ApiError(answer.status, "defect", `${answer.status} ${answer.statusText}`, null, wait);
  }
}
