// What of a page is hard to read or to reach; run inside the page by the tests.
() => {
  const shown = (element) => element.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true }) && element.getBoundingClientRect().width > 1;
  const numbers = (color) => {
    const [r, g, b, a = 1] = color.match(/[\d.]+/g).map(Number);
    return { r, g, b, a };
  };
  const over = (top, below) => Object.fromEntries(["r", "g", "b"].map((c) => [c, top[c] * top.a + below[c] * (1 - top.a)]).concat([["a", 1]]));
  const ground = (element) => {
    const layers = [];
    for (let at = element; at; at = at.parentElement) {
      const color = numbers(getComputedStyle(at).backgroundColor);
      if (color.a > 0) layers.push(color);
      if (color.a === 1) break;
    }
    return layers.reverse().reduce((below, top) => over(top, below), { r: 255, g: 255, b: 255, a: 1 });
  };
  const light = ({ r, g, b }) => {
    const [x, y, z] = [r, g, b].map((v) => v / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const ratio = (a, b) => {
    const [high, low] = [light(a), light(b)].sort((x, y) => y - x);
    return (high + 0.05) / (low + 0.05);
  };
  const told = (element) => `${element.tagName.toLowerCase()}.${element.className?.baseVal ?? element.className}: ${(element.innerText ?? "").slice(0, 20)}`;

  const pale = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || element.closest("script, style, noscript, option") || !shown(element)) continue;
    const style = getComputedStyle(element);
    const size = parseFloat(style.fontSize);
    const least = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700) ? 3 : 4.5;
    const below = ground(element);
    const found = ratio(over(numbers(style.color), below), below);
    if (found < least) pale.push(`${told(element)} ${found.toFixed(2)}`);
  }
  for (const field of document.querySelectorAll("input, textarea, select")) {
    if (!shown(field)) continue;
    const edge = numbers(getComputedStyle(field).borderTopColor);
    if (ratio(over(edge, ground(field.parentElement)), ground(field.parentElement)) < 3) pale.push(`edge of ${told(field)}`);
  }

  const nameless = [];
  for (const element of document.querySelectorAll("a[href], button, input, textarea, select, [role=tab], [role=tabpanel], nav, aside, dialog")) {
    if (!shown(element)) continue;
    const labelled = (element.getAttribute("aria-labelledby") ?? "").split(" ").map((id) => document.getElementById(id)?.textContent ?? "").join("");
    const label = element.getAttribute("aria-label") || labelled || element.labels?.[0]?.textContent || (element.matches("a, button") ? element.innerText : "");
    if (!label.trim()) nameless.push(told(element));
  }
  const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
  const small = [...document.querySelectorAll("button, a.nav-link, a.item")].filter(shown).filter((one) => {
    const box = one.getBoundingClientRect();
    return (box.height < 24 || box.width < 24) && getComputedStyle(one).textDecorationLine !== "underline";
  });
  return {
    pale,
    nameless,
    doubled: ids.filter((id, place) => ids.indexOf(id) !== place),
    small: small.map(told),
    headings: document.querySelectorAll("h1").length > 0,
    main: document.querySelectorAll("main").length === 1,
    lang: document.documentElement.lang,
    over: document.documentElement.scrollWidth - innerWidth,
  };
}
