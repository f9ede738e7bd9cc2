"use strict";
(() => {
  const { kinds, articles, repeats, most } = JSON.parse(document.getElementById("data").textContent);
  const byId = (id) => document.getElementById(id);
  const list = byId("list");
  const filter = byId("filter");
  const isShown = new Set(articles.map((article) => article.id));
  let found = articles;
  let current = null;
  let chosen = null; // whether the page's filter takes a group; null where it takes all

  // Text goes in as text, never as markup.
  const node = (tag, className, text) => {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  };

  const words = (article) =>
    [article.id, article.title, ...article.flags, ...article.rows.map((row) => row[2])].join("\n").toLowerCase();

  const option = (article) => {
    const made = node("div", "", article.title || "(no title)");
    made.id = "option-" + articles.indexOf(article);
    made.setAttribute("role", "option");
    made.append(node("small", "", [article.edition, article.date, ...article.flags].filter(Boolean).join(" · ")));
    made.addEventListener("click", () => show(article));
    return made;
  };

  const line = ([number, kind, rule, field, text]) => {
    const made = node("li", "k-" + kind);
    made.append(node("span", "number", number || ""), node("span", "text", text));
    if (rule) made.append(node("span", "rule", rule + " (" + (field ? "→ " + field : kinds[kind]) + ")"));
    return made;
  };

  const value = (given) => {
    if (Array.isArray(given)) return given.map(value).join("\n");
    if (given === null || typeof given !== "object") return String(given);
    return Object.entries(given)
      .filter(([, inner]) => inner !== null)
      .map(([key, inner]) => key + ": " + value(inner))
      .join("\n");
  };

  const select = (article) => {
    for (const one of list.querySelectorAll('[aria-selected="true"]')) one.removeAttribute("aria-selected");
    const chosen = byId("option-" + articles.indexOf(article));
    if (!chosen) return list.removeAttribute("aria-activedescendant");
    chosen.setAttribute("aria-selected", "true");
    list.setAttribute("aria-activedescendant", chosen.id);
    list.scrollTop += Math.min(0, chosen.offsetTop - list.offsetTop - list.scrollTop);
    list.scrollTop += Math.max(
      0, chosen.offsetTop + chosen.offsetHeight - list.offsetTop - list.scrollTop - list.clientHeight);
  };

  const show = (article) => {
    current = article;
    byId("shown-title").textContent = article.title || "(no title)";
    byId("reckoned").hidden = !article.reckoned;
    byId("lines").replaceChildren(...article.rows.map(line));
    byId("record").replaceChildren(
      ...Object.entries(article.record).flatMap(([key, given]) => [node("dt", "", key), node("dd", "", value(given))]));
    byId("place").textContent = found.indexOf(article) + 1 + " of " + found.length;
    select(article);
  };

  const step = (by) => {
    const place = Math.max(0, Math.min(found.length - 1, found.indexOf(current) + by));
    if (found.length) show(found[place]);
  };

  const narrow = () => {
    const wanted = filter.value.trim().toLowerCase();
    found = articles.filter((one) => (!chosen || chosen(one.group)) && words(one).includes(wanted));
    list.replaceChildren(...found.map(option));
    byId("place").textContent = found.length ? "" : "none found";
    if (found.length) show(found.includes(current) ? current : found[0]);
  };

  const place = (id) => {
    const made = node("div", "", isShown.has(id) ? undefined : id);
    if (!isShown.has(id)) return made;
    const link = node("a", "", id);
    link.href = "#article=" + encodeURIComponent(id);
    made.append(link);
    return made;
  };

  // A text under the filter: how often it comes there, and in which articles.
  const under = ([text, times, places]) => {
    const left = places.filter(([group]) => !chosen || chosen(group));
    const number = chosen ? left.reduce((sum, [, one]) => sum + one, 0) : times;
    return { text, number, ids: left.flatMap(([, , ids]) => ids).slice(0, 2) };
  };

  const row = ({ text, number, ids }) => {
    const made = node("tr");
    const where = node("td", "id");
    where.append(...ids.map(place));
    made.append(node("td", "n", number.toLocaleString("en-US")), node("td", "line", text), where);
    return made;
  };

  const narrowLists = () => {
    for (const body of document.querySelectorAll("[data-list]")) {
      const rows = repeats[body.dataset.list].map(under).filter((one) => one.number);
      rows.sort((one, other) => other.number - one.number);
      body.replaceChildren(...rows.slice(0, most).map(row));
      if (!rows.length) body.append(row({ text: "None under this filter.", number: "", ids: [] }));
    }
  };

  const open = () => {
    const wanted = location.hash.match(/^#article=(.*)$/);
    const article = wanted && articles.find((one) => one.id === decodeURIComponent(wanted[1]));
    if (!article) return;
    filter.value = "";
    narrow();
    show(article);
    byId("browser").scrollIntoView();
    byId("shown-title").focus({ preventScroll: true });
  };

  const keys = {
    ArrowDown: () => step(1),
    ArrowUp: () => step(-1),
    PageDown: () => step(10),
    PageUp: () => step(-10),
    Home: () => step(-found.length),
    End: () => step(found.length),
  };
  list.addEventListener("keydown", (event) => {
    if (!(event.key in keys) || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    keys[event.key]();
  });
  filter.addEventListener("input", narrow);
  filter.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown") list.focus();
  });
  document.addEventListener("chosen", (event) => {
    chosen = event.detail;
    narrow();
    narrowLists();
  });
  byId("previous").addEventListener("click", () => step(-1));
  byId("next").addEventListener("click", () => step(1));
  byId("random").addEventListener("click", () => {
    if (found.length) show(found[Math.floor(Math.random() * found.length)]);
  });
  window.addEventListener("hashchange", open);
  byId("panes").hidden = !articles.length;
  narrow();
  open();
})();
