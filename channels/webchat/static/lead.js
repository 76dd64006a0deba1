// Which tab of a shop follows the conversation: the one the customer looked at last; it tells the others.
// A browser opens only a few connections to a server, and a tab in the background may be put to sleep.

export class Lead {
  /** @param run follows until its signal is aborted */
  constructor(name, run) {
    this.name = name;
    this.run = run;
    this.wanted = false;
    this.again = false;
    this.running = null;
    this.waiting = null;
    document.addEventListener("visibilitychange", () => this.#turn());
  }

  start() {
    if (this.wanted) return;
    this.wanted = true;
    // One that was told to stop a moment ago goes on once it has stopped.
    if (this.running?.signal.aborted) this.again = true;
    else this.#turn();
  }

  stop() {
    this.wanted = false;
    this.waiting?.abort();
    this.running?.abort();
  }

  #turn() {
    if (!this.wanted) return;
    const visible = document.visibilityState === "visible";
    if (!navigator.locks) {
      if (visible) this.#lead();
      else this.running?.abort();
    } else if (visible && !this.running) {
      this.waiting?.abort();
      this.#claim({ steal: true });
    } else if (!this.running && !this.waiting) {
      this.#wait();
    }
  }

  #wait() {
    const waiting = (this.waiting = new AbortController());
    this.#claim({ signal: waiting.signal }).finally(() => {
      if (this.waiting === waiting) this.waiting = null;
    });
  }

  async #claim(options) {
    try {
      await navigator.locks.request(this.name, options, () => {
        this.waiting = null;
        return this.wanted ? this.#lead() : undefined;
      });
    } catch {
      // Taken by a tab that came to the front, or not needed any more.
      if (options.signal?.aborted) return;
      this.running?.abort();
      if (this.wanted && !this.waiting) this.#wait();
    }
  }

  async #lead() {
    if (this.running) return;
    const running = (this.running = new AbortController());
    try {
      await this.run(running.signal);
    } finally {
      if (this.running === running) this.running = null;
      if (!running.signal.aborted) this.wanted = false; // there is nothing to follow
      if (this.again && this.wanted) {
        this.again = false;
        setTimeout(() => this.#turn());
      }
    }
  }
}
