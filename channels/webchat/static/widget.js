// What a page's script tag loads: it puts an element of its own on the page and draws the chat inside, apart from the page's styles.
// The parts are modules beside this file. The page's policy needs this server in `script-src` and `connect-src`, nothing else.

(() => {
  const script = document.currentScript;
  if (!script?.src || window.xiaoer) return;
  // The server writes the version of the parts in here, so that a browser keeps each version for good and never mixes two.
  const base = new URL("widget/@VERSION@/", script.src);
  const server = new URL(".", script.src).href.replace(/\/$/, "");
  const { token, tokenCallback, ...data } = script.dataset;
  let given = token || null;

  /** The customer's token from the shop; `again`: the last one is not accepted any more. */
  async function login(again) {
    const renew = tokenCallback && window[tokenCallback];
    try {
      if (typeof renew === "function" && (again || !given)) given = (await renew()) || null;
    } catch (error) {
      console.error(`xiaoer: ${tokenCallback}() gave no token`, error);
    }
    return given;
  }

  let tell;
  const started = new Promise((done) => (tell = done));
  window.xiaoer = {
    open: () => started.then((chat) => chat.open()),
    close: () => started.then((chat) => chat.close()),
    setProduct: (id) => started.then((chat) => chat.setProduct(id)),
  };

  /** The styles of the window; they need no exception in the page's policy. */
  async function dress(root) {
    const address = new URL("widget.css", base);
    if (!("adoptedStyleSheets" in root)) {
      const link = document.createElement("link");
      link.rel = "stylesheet";
      link.href = address;
      await new Promise((done, fail) => {
        link.onload = done;
        link.onerror = fail;
        root.append(link);
      });
      return;
    }
    const sheet = new CSSStyleSheet();
    const answer = await fetch(address, { credentials: "omit" });
    if (!answer.ok) throw new Error(`${address} answered ${answer.status}`);
    sheet.replaceSync(await answer.text());
    root.adoptedStyleSheets = [sheet];
  }

  /** The shop's colour, with words on it that can be read. */
  function paint(host, color) {
    if (!/^#[0-9a-f]{6}$/i.test(color || "")) return;
    const [red, green, blue] = [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16) / 255);
    const linear = [red, green, blue].map((one) => (one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4));
    const light = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
    const whiteFits = 1.05 / (light + 0.05) >= 4.5;
    host.style.setProperty("--xiaoer-brand", color);
    host.style.setProperty("--xiaoer-on-brand", whiteFits ? "#ffffff" : "#1a1a1a");
    // On white, a light colour is no ink: links and names keep the window's own.
    if (whiteFits) host.style.setProperty("--xiaoer-ink", color);
  }

  async function begin() {
    const host = document.createElement("xiaoer-chat");
    // The page's styles reach this element and end here.
    for (const [name, value] of [["all", "initial"], ["position", "fixed"], ["z-index", "2147483000"], ["inset", "auto"]]) {
      host.style.setProperty(name, value, "important");
    }
    if (data.position === "left") host.setAttribute("data-left", "");
    paint(host, data.color);
    const root = host.attachShadow({ mode: "open" });
    try {
      const [{ start }] = await Promise.all([import(new URL("chat.js", base).href), dress(root)]);
      document.body.append(host);
      tell(await start(root, server, { ...data, login }));
    } catch (error) {
      host.remove();
      console.error(`xiaoer: the chat of ${server} cannot be shown here; is ${location.origin} in its cors_origins?`, error);
    }
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
  else begin();
})();
