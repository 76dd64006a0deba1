// The example page: shows a product of the catalogue and puts the chat beside it, as a shop's page would.

const asked = new URLSearchParams(location.search);

/** The attributes of the script tag; on a real page they are written into it. */
function chatOf(product) {
  const script = document.createElement("script");
  script.src = "/widget.js";
  if (product) script.dataset.product = product;
  for (const name of ["customer", "token", "tokenCallback", "lang", "color", "position", "questions", "ratingAfter"]) {
    if (asked.get(name)) script.dataset[name] = asked.get(name);
  }
  document.body.append(script);
}

function show(goods, product) {
  document.getElementById("goods").append(
    ...goods.map((one) => {
      const query = new URLSearchParams(asked);
      query.set("product", one.id);
      const link = document.createElement("a");
      link.href = `?${query}`;
      link.textContent = one.title;
      if (one.id === product?.id) link.setAttribute("aria-current", "page");
      const item = document.createElement("li");
      item.append(link);
      return item;
    }),
  );
  if (!product) return;
  document.title = product.title;
  document.getElementById("title").textContent = product.title;
  document.getElementById("letter").textContent = product.title.slice(0, 1);
  document.getElementById("price").textContent = `${product.price} ${product.currency}`;
}

/** The goods of the page; none where the server cannot be reached. */
async function readGoods() {
  try {
    return await (await fetch("/widget/demo/goods")).json();
  } catch {
    return [];
  }
}

readGoods().then((all) => {
  const product = all.find((one) => one.id === asked.get("product")) || null;
  show(all, product);
  chatOf(asked.get("product"));
});

document.getElementById("ask").addEventListener("click", () => window.xiaoer?.open());
