
(() => {
  const { names, groups, periods } = JSON.parse(document.getElementById("data").textContent);
  const form = document.getElementById("filters");
  if (!form) return;
  const selects = ["edition", "section", "year"].map((key) => document.getElementById("by-" + key));
  const shown = (number) => number.toLocaleString("en-US");
  const fits = (group) => selects.every((one, place) => one.value === "*" || one.value === group[place]);

  const isAll = () => selects.every((one) => one.value === "*");

  // Sums of the groups that the filter leaves, by name, edition and year, as the page was made.
  const sums = () => {
    const found = new Map();
    const add = (name, edition, year, number) => {
      const key = name + "\n" + edition + "\n" + year;
      found.set(key, (found.get(key) || 0) + number);
    };
    for (const group of groups.filter(fits)) {
      const [edition, section, year, pairs] = group;
      const count = (name, number) => {
        for (const e of ["", edition]) for (const y of ["*", year]) add(name, e, y, number);
      };
      for (let place = 0; place < pairs.length; place += 2) {
        count(names[pairs[place]], pairs[place + 1]);
        if (names[pairs[place]] === "articles") count("section." + section, pairs[place + 1]);
      }
    }
    return (name, edition, year) => found.get(name + "\n" + edition + "\n" + year) || 0;
  };

  const columns = () => {
    for (const drawing of document.querySelectorAll("svg[data-edition]")) {
      const counts = new Map();
      for (const [place, period, number] of periods) {
        if (!["", groups[place][0]].includes(drawing.dataset.edition) || !fits(groups[place])) continue;
        counts.set(period, (counts.get(period) || 0) + number);
      }
      const most = Math.max(1, ...counts.values());
      for (const one of drawing.querySelectorAll("rect")) {
        const number = counts.get(one.dataset.period) || 0;
        one.setAttribute("height", (66 * number) / most);
        one.setAttribute("y", 80 - (66 * number) / most);
        one.firstElementChild.textContent = one.dataset.period + ": " + shown(number);
      }
      drawing.querySelector(".most").textContent = counts.size ? "at most " + shown(most) : "none";
    }
  };

  const narrow = () => {
    const of = sums();
    const edition = selects[0].value;
    for (const one of document.querySelectorAll("td[data-of]")) {
      one.textContent = shown(of(one.dataset.of, one.dataset.e, one.dataset.y));
      one.classList.toggle("zero", one.textContent === "0");
    }
    for (const body of document.querySelectorAll(".matrix tbody")) {
      const bars = [...body.querySelectorAll("rect[data-of]")];
      const numbers = bars.map((one) => of(one.dataset.of, "", "*"));
      const most = Math.max(1, ...numbers);
      bars.forEach((one, place) => one.setAttribute("width", (100 * numbers[place]) / most));
    }
    for (const row of document.querySelectorAll("[data-row]")) {
      row.hidden = [...row.querySelectorAll("td[data-of]")].every((one) => one.textContent === "0");
    }
    for (const one of document.querySelectorAll("[data-edition]")) {
      if (one.tagName !== "svg") one.hidden = edition !== "*" && one.dataset.edition !== edition;
    }
    for (const one of document.querySelectorAll("[data-groups]")) {
      one.hidden = !isAll() && !one.dataset.groups.trim().split(" ").some((place) => place >= 0 && fits(groups[place]));
    }
    columns();
    const chosen = isAll() ? null : (place) => place >= 0 && fits(groups[place]);
    document.dispatchEvent(new CustomEvent("chosen", { detail: chosen }));
    document.getElementById("chosen").textContent = shown(of("articles", "", "*")) + " articles";
  };

  form.hidden = false;
  form.addEventListener("change", narrow);
  document.getElementById("all").addEventListener("click", () => {
    for (const one of selects) one.value = "*";
    narrow();
  });
  for (const link of document.querySelectorAll("[data-choose-edition]")) {
    link.addEventListener("click", () => {
      selects[0].value = link.dataset.chooseEdition;
      selects[1].value = "*";
      selects[2].value = link.dataset.chooseYear || "*";
      narrow();
    });
  }
  addEventListener("beforeprint", () => {
    for (const one of document.querySelectorAll("details")) one.open = true;
  });
})();
