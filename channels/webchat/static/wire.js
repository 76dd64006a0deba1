// The server's API as the window uses it.

const ANSWER_WITHIN_MS = 60000;
const QUIET_MS = 40000; // the server says something at least every 15 s
const FIRST_WORD_MS = 8000; // no word on an open stream: something between holds it back, so it is polled instead
const POLL_S = 20;

/** The server answered with an error. */
export class Refused extends Error {
  constructor(status, code, retryAfterS) {
    super(`${status} ${code}`);
    this.status = status;
    this.code = code;
    this.retryAfterS = retryAfterS;
  }

  /** Whether the same request may succeed later. */
  get passes() {
    return this.status >= 500 || [408, 429].includes(this.status) || this.code === "conversation_busy";
  }
}

/** The answer broke off. */
export class Broken extends Error {}

/** The claim `customer` of a token; for naming what the browser keeps, never for trust. */
export function customerOf(token) {
  try {
    const part = token.split(".")[1].replace(/-/g, "+").replace(/_/g, "/");
    const bytes = Uint8Array.from(atob(part), (char) => char.charCodeAt(0));
    const { customer } = JSON.parse(new TextDecoder().decode(bytes));
    return typeof customer === "string" ? customer : null;
  } catch {
    return null;
  }
}

export class Wire {
  /**
   * @param server address of the server, without a slash at its end
   * @param login gives the customer's token from the shop, or null; asked again when the server does not take it any more
   * @param stated the customer as the page names it, for servers without tokens
   * @param guests keeps the guest of this browser
   */
  constructor(server, login, stated, guests) {
    this.server = server;
    this.login = login;
    this.stated = stated;
    this.guests = guests;
    this.session = null;
    this.opening = null;
    this.polls = false;
  }

  /** Open a session once; whoever asks meanwhile gets the same one. */
  open() {
    this.opening ||= this.#open().finally(() => (this.opening = null));
    return this.session ? Promise.resolve(this.session) : this.opening;
  }

  async #open() {
    for (let again = false; ; again = true) {
      const token = await this.login(again);
      const guest = token ? null : this.guests.guest;
      const bearer = token || guest?.token || null;
      const body = { customer_id: this.stated || (bearer ? customerOf(bearer) : guest?.id) || null };
      try {
        const answer = await this.#fetch("/widget/session", { method: "POST", body: JSON.stringify(body) }, bearer);
        const told = await answer.json();
        if (!token && !this.stated) this.guests.keep(told.customer_id, told.token);
        return (this.session = { ...told, token: told.token || token });
      } catch (error) {
        if (!(error instanceof Refused) || error.status !== 401 || again) throw error;
        if (!token) this.guests.forget();
      }
    }
  }

  /** Ask with the session's token; once more with a new one where it is not taken any more. */
  async ask(path, init = {}) {
    const session = await this.open();
    try {
      return await this.#fetch(path, init, session.token);
    } catch (error) {
      if (!(error instanceof Refused) || error.status !== 401) throw error;
      if (this.session === session) this.session = null;
      return this.#fetch(path, init, (await this.open()).token);
    }
  }

  async #fetch(path, { within = ANSWER_WITHIN_MS, signal, headers = {}, ...init }, token) {
    const stop = new AbortController();
    const late = setTimeout(() => stop.abort(), within);
    signal?.addEventListener("abort", () => stop.abort(), { once: true });
    if (signal?.aborted) stop.abort();
    const sent = { ...headers };
    if (init.body) sent["Content-Type"] = "application/json";
    if (token) sent.Authorization = `Bearer ${token}`;
    try {
      const answer = await fetch(this.server + path, {
        ...init,
        headers: sent,
        signal: stop.signal,
        credentials: "omit",
        cache: "no-store",
        referrerPolicy: "no-referrer",
      });
      if (answer.ok) return answer;
      const { error } = await answer.json().catch(() => ({}));
      throw new Refused(answer.status, error?.code || "", Number(answer.headers.get("Retry-After")) || 0);
    } catch (error) {
      throw stop.signal.aborted && !signal?.aborted ? new Broken() : error;
    } finally {
      clearTimeout(late);
    }
  }

  #place(conversation, rest) {
    return `/conversations/${encodeURIComponent(conversation)}${rest}`;
  }

  /** Send one message; `tell(name, data)` gets each event of the answer. */
  async send(conversation, message, tell) {
    const { states_customer: states, customer_id } = await this.open();
    const body = JSON.stringify(states ? { ...message, customer_id } : message);
    const answer = await this.ask(this.#place(conversation, "/messages"), { method: "POST", body });
    let whole = false;
    await readEvents(answer.body, ANSWER_WITHIN_MS, ({ name, data }) => {
      whole ||= name === "state";
      tell(name, data);
    });
    if (!whole) throw new Broken();
  }

  /** The conversation as it stands; null: the server knows none. */
  async thread(conversation) {
    try {
      return await (await this.ask(this.#place(conversation, "/thread"))).json();
    } catch (error) {
      if (error instanceof Refused && error.status === 404) return null;
      throw error;
    }
  }

  acknowledge(conversation, cursor) {
    const body = JSON.stringify({ cursor });
    return this.ask(this.#place(conversation, "/events/ack"), { method: "POST", body, keepalive: true });
  }

  /** Follow a conversation from a cursor until the stream ends; `tell(name, data, cursor)` gets each event. */
  async follow(conversation, cursor, signal, tell, begun) {
    const path = this.#place(conversation, "/events");
    const headers = { "Last-Event-ID": cursor };
    if (this.polls) {
      const told = await (await this.ask(`${path}?wait=${POLL_S}`, { headers, signal })).json();
      begun();
      for (const message of told.messages) tell("message", message, "");
      tell("state", told.state, told.cursor);
      return;
    }
    const asked = { headers: { ...headers, Accept: "text/event-stream" }, signal, within: FIRST_WORD_MS };
    let words = 0;
    try {
      const answer = await this.ask(path, asked);
      await readEvents(answer.body, () => (words ? QUIET_MS : FIRST_WORD_MS), ({ name, data, id }) => {
        if (!words++) begun();
        if (name) tell(name, data, id);
      });
    } catch (error) {
      this.polls ||= !words && error instanceof Broken;
      throw error;
    }
  }

  /** Cards of products; empty where they cannot be had. */
  async cards(ids) {
    const query = ids.map((id) => `id=${encodeURIComponent(id)}`).join("&");
    try {
      return await (await this.#fetch(`/widget/products?${query}`, {}, null)).json();
    } catch {
      return [];
    }
  }

  async askRating(conversation) {
    return (await this.ask(this.#place(conversation, "/rating/ask"), { method: "POST", body: "{}" })).json();
  }

  rate(conversation, rating) {
    return this.ask(this.#place(conversation, "/rating"), { method: "POST", body: JSON.stringify({ rating }) });
  }
}

/** Read server-sent events; a stream that is quiet for too long is given up. */
async function readEvents(body, quiet, tell) {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  try {
    for (;;) {
      const { done, value } = await within(reader.read(), typeof quiet === "function" ? quiet() : quiet);
      if (done) return;
      text += decoder.decode(value, { stream: true });
      const blocks = text.split("\n\n");
      text = blocks.pop();
      for (const block of blocks) tell(parse(block));
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

function parse(block) {
  const found = { name: "", id: "", data: null };
  for (const line of block.split("\n")) {
    if (line.startsWith("event: ")) found.name = line.slice(7);
    if (line.startsWith("id: ")) found.id = line.slice(4);
    if (line.startsWith("data: ")) found.data = JSON.parse(line.slice(6));
  }
  return found;
}

function within(promise, ms) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Broken()), ms);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
