// The goods of the release that is served: title, SKU, stock, price.

import * as api from "../api.js";
import { fill, h, icon } from "../dom.js";
import { empty, failed, loading } from "../pieces.js";
import { exact } from "../time.js";
import { language, say } from "../words.js";

const WAIT_MS = 250;

/** @param {HTMLElement} place */
export function openProducts(place) {
  let timer = 0;
  let asked = 0;
  let told = null;
  const search = h("input.field", { type: "search", placeholder: say("products.search"), "aria-label": say("products.search"), on: { input: () => (clearTimeout(timer), (timer = setTimeout(() => load(0), WAIT_MS))) } });
  const about = h("p.muted.small", { role: "status" });
  const rows = h("div.products");
  fill(place, h("div.narrow", {}, h("div.field-with-icon", {}, icon("search"), search), about, rows));

  async function load(begin) {
    const mine = (asked += 1);
    if (!told) fill(rows, loading());
    try {
      const found = await api.get(`/knowledge/products?q=${api.part(search.value.trim())}&begin=${begin}`);
      if (mine !== asked) return;
      told = begin ? { ...found, products: [...told.products, ...found.products] } : found;
      draw();
    } catch (error) {
      if (mine === asked) fill(rows, failed(error, () => load(begin)));
    }
  }

  function draw() {
    about.textContent = say("products.about", { n: told.total, when: exact(told.as_of) });
    const rest = told.total - told.products.length;
    fill(
      rows,
      told.products.length ? told.products.map(product) : empty(say("products.none"), say("products.none.hint")),
      rest > 0 && h("button.button", { type: "button", on: { click: () => load(told.products.length) } }, say("preview.more", { n: rest })),
    );
  }

  function product(one) {
    return h(
      "section.product",
      {},
      h("h3", {}, one.title, " ", h("span.tag", {}, one.category)),
      h("p.muted.small", {}, [one.product_id, ...one.aliases].join(" · ")),
      h(
        "div.table-box",
        { tabindex: "0", role: "region", "aria-label": one.title },
        h(
          "table.table",
          {},
          h("thead", {}, h("tr", {}, ["sku", "variant", "price", "stock", "status"].map((name) => h("th", { scope: "col", class: name === "price" || name === "stock" ? "number" : "" }, say(`products.${name}`))))),
          h("tbody", {}, one.skus.map((sku) => variant(sku, told.currency))),
        ),
      ),
    );
  }

  load(0);
  return { focus: () => search.focus(), close: () => clearTimeout(timer) };
}

function variant(sku, currency) {
  const money = (amount) => new Intl.NumberFormat(language() === "zh" ? "zh-CN" : "en-GB", { style: "currency", currency }).format(Number(amount));
  const tone = sku.status === "off_shelf" ? "" : sku.status === "presale" ? "accent" : sku.stock > 0 ? "good" : "bad";
  const status = sku.status === "on_sale" && sku.stock === 0 ? "sold_out" : sku.status;
  return h(
    "tr",
    {},
    h("td.mono", {}, sku.sku),
    h("td", {}, [sku.color, sku.size].filter(Boolean).join(" · ") || "–"),
    h("td.number", {}, money(sku.price), sku.list_price && Number(sku.list_price) > Number(sku.price) && h("s.muted.small", {}, ` ${money(sku.list_price)}`)),
    h("td.number", {}, String(sku.stock)),
    h("td", {}, h("span.tag", { class: tone }, say(`sku.${status}`)), sku.restock_date && h("span.muted.small", {}, ` ${say("products.restock", { day: sku.restock_date })}`)),
  );
}
