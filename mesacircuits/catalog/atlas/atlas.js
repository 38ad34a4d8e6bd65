"use strict";
// The pages of the atlas: the list of classes with its filters, and the minima of one class.

const byId = (id) => document.getElementById(id);
const commas = (n) => String(n).replace(/\B(?=(\d{3})+$)/g, ",");

// -- classes of functions ----------------------------------------------------------------------

function npnCanonical(bits, n) {
  // The least truth table, as a number, under permuting and negating inputs and negating the output.
  const size = 1 << n, full = size === 32 ? 0xffffffff : 2 ** size - 1;
  let best = full;
  const orders = [];
  const extend = (order) => {
    if (order.length === n) orders.push(order);
    for (let i = 0; i < n; i++) if (!order.includes(i)) extend([...order, i]);
  };
  extend([]);
  for (const order of orders) {
    for (let mask = 0; mask < size; mask++) {
      let image = 0;
      for (let x = 0; x < size; x++) {
        let y = mask;
        order.forEach((p, i) => { if (x >> p & 1) y ^= 1 << i; });
        if (bits >> y & 1) image |= 1 << x;
      }
      best = Math.min(best, image >>> 0, (image ^ full) >>> 0);
    }
  }
  return best.toString(16).toUpperCase().padStart(Math.max(1, size / 4), "0");
}

// -- the list ----------------------------------------------------------------------------------

function listPage() {
  const form = byId("filters"), body = byId("classes").tBodies[0], status = byId("count");
  const value = (name) => form.elements[name].value;
  let sortBy = 0, downwards = false;

  function rows() {
    const key = `${value("basis")} ${value("order")}`, n = Number(value("inputs"));
    const [low, high] = [value("low"), value("high")].map((v) => (v === "" ? null : Number(v)));
    return atlasClasses.filter((c) => c.inputs === n).map((c) => {
      const found = c.lists[key];
      return { name: c.name, functions: c.functions, found,
        columns: [c.name, c.functions, ...(found || [null, null, null, null, null])] };
    }).filter(({ columns: [, , size, , , search, lookup], found }) => {
      if (low !== null && !(found && found[0] >= low)) return false;
      if (high !== null && !(found && found[0] <= high)) return false;
      const tag = value("tag");
      if (tag === "search-like" && !search) return false;
      if (tag === "lookup-table" && !lookup) return false;
      if (tag === "none" && !(found && search === 0 && lookup === 0)) return false;
      if (value("differ") === "minima") {
        // Of one definition some minima have the tag and others do not.
        if (!found || ![search, lookup].some((k) => k > 0 && k < found[2])) return false;
      }
      if (value("differ") === "definitions" && !(found && search !== null && (search > 0) !== (lookup > 0))) return false;
      return size !== undefined;
    });
  }

  function show() {
    const listed = rows();
    listed.sort((a, b) => {
      const [x, y] = [a.columns[sortBy], b.columns[sortBy]];
      const order = x === y ? 0 : x === null ? 1 : y === null ? -1 : x < y ? -1 : 1;
      return downwards ? -order : order;
    });
    const n = Number(value("inputs")), where = `#${value("basis")}-${value("order")}`;
    body.innerHTML = listed.map(({ columns }) => {
      const [name, functions, size, depth, minima, search, lookup] = columns;
      const cell = (v) => `<td class="number">${v === null ? "–" : typeof v === "number" ? commas(v) : v}</td>`;
      return `<tr><th scope="row"><a class="hex" href="class/${n}-${name}.html${where}">${name}</a></th>` +
        [functions, size, depth, minima, search, lookup].map(cell).join("") + "</tr>";
    }).join("");
    status.textContent = `${listed.length} classes, ${commas(listed.reduce((s, r) => s + r.functions, 0))} functions`;
  }

  for (const kind of ["input", "change"]) form.addEventListener(kind, show);
  form.addEventListener("submit", (event) => event.preventDefault());
  byId("classes").querySelectorAll("th button").forEach((button, column) => {
    button.addEventListener("click", () => {
      downwards = sortBy === column && !downwards;
      sortBy = column;
      document.querySelectorAll("#classes thead th").forEach((th, i) =>
        th.setAttribute("aria-sort", i === column ? (downwards ? "descending" : "ascending") : "none"));
      show();
    });
  });
  byId("search").addEventListener("submit", (event) => {
    event.preventDefault();
    const text = byId("table").value.trim().replace(/^0x/i, ""), note = byId("found");
    const n = { 1: 2, 2: 3, 4: 4 }[text.length];
    if (!/^[0-9a-f]+$/i.test(text) || !n) {
      note.textContent = "Expected 1, 2 or 4 hexadecimal digits: the truth table of 2, 3 or 4 inputs, bit x being f(x).";
      return;
    }
    const name = npnCanonical(parseInt(text, 16), n);
    note.innerHTML = `${text.toUpperCase()} is in the class <a class="hex" href="class/${n}-${name}.html">${name}</a>.`;
    note.querySelector("a").focus();
  });
  show();
}

// -- one class ---------------------------------------------------------------------------------

const PAGE = 12, waiting = new Map();

function atlasMinima(record) {
  // Called by the data files, which are scripts, since a page opened from disk may not fetch.
  waiting.get(record.key)(record);
}

function loaded(src, key) {
  return new Promise((resolve, reject) => {
    waiting.set(key, resolve);
    const script = document.createElement("script");
    script.src = src;
    script.onerror = () => reject(new Error(src));
    document.head.append(script);
  });
}

function classPage() {
  document.querySelectorAll("[data-minima]").forEach((section) => {
    const button = section.querySelector("button");
    button.addEventListener("click", async () => {
      button.disabled = true;
      button.textContent = "Loading";
      try {
        const record = await loaded(section.dataset.src, section.dataset.minima);
        button.remove();
        section.querySelector(".lists").replaceChildren(...record.lists.map((list, i) => listOf(record, list, i)));
        section.querySelector("h4, select, a")?.focus();
      } catch {
        button.disabled = false;
        button.textContent = "The data file is missing; try again";
      }
    });
  });
}

function listOf(record, list, number) {
  const box = document.createElement("section");
  const texts = list.text.split("\n");
  const names = Object.keys(list.marks || {});
  const key = `${record.key}-${number}`.replace(/ /g, "-");
  box.innerHTML = `<h4 tabindex="-1">${record.inputs} inputs, <span class="hex">${list.function}</span>: ` +
    `${commas(list.count)} minima of ${list.size} gates</h4><form><label>Show <select name="which">` +
    `<option value="">all minima</option>${names.map((name) =>
      `<option value="${name}">${name} (${commas(Object.keys(list.marks[name]).length)})</option>`).join("")}` +
    `</select></label><button type="button" name="back">Previous</button>` +
    `<button type="button" name="next">Next</button><output id="${key}"></output></form><ul class="minima"></ul>`;
  const form = box.querySelector("form"), ul = box.querySelector("ul"), said = box.querySelector("output");
  let first = 0;
  const places = () => {
    const which = form.elements.which.value;
    return which ? Object.keys(list.marks[which]).map(Number) : texts.map((_, i) => i);
  };
  function show() {
    const every = places();
    first = Math.max(0, Math.min(first, every.length - 1));
    first -= first % PAGE;
    const here = every.slice(first, first + PAGE);
    ul.innerHTML = here.map((place) => {
      const circuit = chainOf(texts[place], record.inputs, record.operators, list.inverted);
      const tags = names.filter((name) => place in list.marks[name]);
      const marks = Object.assign({}, ...tags.map((name) => list.marks[name][place]));
      return `<li><div>${place + 1}. ${tags.map((name) => `<span class="tag">${name}</span>`).join("")}</div>` +
        `${drawCircuit(circuit, marks)}<code>${escapeText(textOf(circuit))}</code></li>`;
    }).join("");
    said.textContent = every.length ? `${commas(first + 1)} to ${commas(first + here.length)} of ${commas(every.length)}` : "none";
    form.elements.back.disabled = first === 0;
    form.elements.next.disabled = first + PAGE >= every.length;
  }
  form.addEventListener("submit", (event) => event.preventDefault());
  form.elements.which.addEventListener("change", () => { first = 0; show(); });
  form.elements.back.addEventListener("click", () => { first -= PAGE; show(); });
  form.elements.next.addEventListener("click", () => { first += PAGE; show(); });
  show();
  return box;
}

document.addEventListener("DOMContentLoaded", () => {
  if (byId("classes")) listPage();
  else classPage();
});
