"use strict";
// The pages of the atlas: the list of classes with its filters, and the minima of one class.

const byId = (id) => document.getElementById(id);
const escapeHtml = (text) => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
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

function valuesOf(text) {
  // The truth table of an expression in a, b, c, d, as [table, inputs]; an error's text if it is none.
  const tokens = text.replace(/\s+/g, "").split("");
  let at = 0, inputs = 0;
  const take = (token) => tokens[at] === token && (at++, true);
  function atom() {
    if (take("~") || take("!")) { const f = atom(); return (x) => 1 - f(x); }
    if (take("(")) {
      const f = sum();
      if (!take(")")) throw new Error(`Expected a closing parenthesis at ${at + 1}.`);
      return f;
    }
    const letter = tokens[at++];
    if (letter === "0" || letter === "1") return () => Number(letter);
    const i = letter === undefined ? -1 : "abcd".indexOf(letter);
    if (i < 0) throw new Error(`Expected a letter from a to d, ~ or ( at ${at}.`);
    inputs = Math.max(inputs, i + 1);
    return (x) => x >> i & 1;
  }
  const level = (inner, signs, join) => () => {
    let f = inner();
    while (signs.includes(tokens[at])) {
      at++;
      const g = inner(), before = f;
      f = (x) => join(before(x), g(x));
    }
    return f;
  };
  const product = level(atom, ["&", "*"], (p, q) => p & q);
  const parity = level(product, ["^"], (p, q) => p ^ q);
  const sum = level(parity, ["|", "+"], (p, q) => p | q);
  const f = sum();
  if (at < tokens.length) throw new Error(`Expected an operator at ${at + 1}.`);
  inputs = Math.max(inputs, 2);
  let bits = 0;
  for (let x = 0; x < 1 << inputs; x++) if (f(x)) bits |= 1 << x;
  return [bits >>> 0, inputs];
}

function classesOf(text) {
  // What a text means: [inputs, name of the class] of each; an error's text if it means none.
  const asked = text.trim(), hex = asked.replace(/^(0x|tt:\d:)/i, "");
  const n = { 1: 2, 2: 3, 4: 4 }[hex.length];
  if (/^[0-9a-f]+$/i.test(hex) && n && !/^[a-d]$/i.test(asked)) return [[n, npnCanonical(parseInt(hex, 16), n)]];
  const named = atlasClasses.filter((c) => (c.names || []).some((name) => name.toLowerCase().includes(asked.toLowerCase())));
  if (asked.length > 2 && named.length && !/[&|^~]/.test(asked)) return named.map((c) => [c.inputs, c.name]);
  const [bits, inputs] = valuesOf(asked.replace(/^expr:/, ""));
  return [[inputs, npnCanonical(bits, inputs)]];
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
      return { name: c.name, functions: c.functions, found, words: c.words || [],
        columns: [c.name, c.functions, ...(found || [null, null, null, null, null])] };
    }).filter(({ columns: [, , size, , , search, lookup], found, words }) => {
      if (value("word") && !words.includes(value("word"))) return false;
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
    remember();
    status.textContent = `${listed.length} classes, ${commas(listed.reduce((s, r) => s + r.functions, 0))} functions`;
  }

  // What is asked is kept in the address, after #, which pages opened from disk may change.
  function remember() {
    const said = [...new FormData(form)].filter(([name, v]) => v !== form.elements[name].dataset.usual);
    if (sortBy || downwards) said.push(["sort", `${downwards ? "-" : ""}${sortBy}`]);
    history.replaceState(null, "", said.length ? `#${new URLSearchParams(said)}` : location.href.split("#")[0]);
  }
  function restore() {
    for (const field of form.elements) if (field.name) field.value = field.dataset.usual;
    [sortBy, downwards] = [0, false];
    for (const [name, v] of new URLSearchParams(location.hash.slice(1))) {
      if (name === "sort") [sortBy, downwards] = [Math.abs(Number(v)) || 0, v.startsWith("-")];
      else if (form.elements[name]) form.elements[name].value = v;
    }
    show();
  }
  for (const field of form.elements) if (field.name) field.dataset.usual = field.value;
  window.addEventListener("hashchange", restore);
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
    const text = byId("table").value.trim(), note = byId("found");
    let found;
    try {
      found = classesOf(text);
    } catch (error) {
      note.textContent = `Expected 1, 2 or 4 hexadecimal digits (bit x of the table is f(x)), an expression such as ` +
        `a & (b ^ c), or a name such as majority. ${error.message}`;
      return;
    }
    note.innerHTML = `${escapeHtml(text)} is in ` + found.map(([n, name]) =>
      `<a class="hex" href="class/${n}-${name}.html">${name}</a> of ${n} inputs`).join(", ") + ".";
    note.querySelector("a").focus();
  });
  restore();
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
  // A link to one circuit names its section, its list, and its place from 1.
  const link = /^#([a-z0-9-]+-(?:size|depth-size))-(\d+)-(\d+)$/.exec(location.hash);
  const wanted = link && { section: link[1], list: Number(link[2]), place: Number(link[3]) - 1 };
  document.querySelectorAll("[data-minima]").forEach((section) => {
    const button = section.querySelector("button");
    button.addEventListener("click", async () => {
      button.disabled = true;
      button.textContent = "Loading";
      try {
        const record = await loaded(section.dataset.src, section.dataset.minima);
        button.remove();
        const at = section.id === wanted?.section ? wanted : null;
        section.querySelector(".lists").replaceChildren(
          ...record.lists.map((list, i) => listOf(record, list, i, section.id, at && at.list === i ? at.place : 0)));
        if (at) byId(`${at.section}-${at.list}-${at.place + 1}`)?.scrollIntoView();
        else section.querySelector("h4, select, a")?.focus();
      } catch {
        button.disabled = false;
        button.textContent = "The data file is missing; try again";
      }
    });
    if (section.id === wanted?.section) button.click();
  });
  // A link to a circuit that is not drawn yet.
  window.addEventListener("hashchange", () => byId(location.hash.slice(1)) || location.reload());
}

function downloads(record, list, texts) {
  // The list as files: circuits as text, a line each, or all of it as JSON.
  const circuits = () => texts.map((text) => textOf(chainOf(text, record.inputs, record.operators, list.inverted))).join("\n") + "\n";
  const files = { txt: ["text/plain", circuits], json: ["application/json", () => JSON.stringify(list)] };
  return Object.entries(files).map(([ending, [type, made]]) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = `Save as ${ending}`;
    button.addEventListener("click", () => {
      const a = document.createElement("a");
      a.href = URL.createObjectURL(new Blob([made()], { type }));
      a.download = `${record.key.replace(/ /g, "-")}-${list.function}.${ending}`;
      a.click();
      URL.revokeObjectURL(a.href);
    });
    return button;
  });
}

function listOf(record, list, number, place, begin) {
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
  let first = begin;
  form.append(...downloads(record, list, texts));
  const places = () => {
    const which = form.elements.which.value;
    return which ? Object.keys(list.marks[which]).map(Number) : texts.map((_, i) => i);
  };
  function show() {
    const every = places();
    first = Math.max(0, Math.min(first, every.length - 1));
    first -= first % PAGE;
    const here = every.slice(first, first + PAGE);
    ul.innerHTML = here.map((index) => {
      const circuit = chainOf(texts[index], record.inputs, record.operators, list.inverted);
      const tags = names.filter((name) => index in list.marks[name]);
      const marks = Object.assign({}, ...tags.map((name) => list.marks[name][index]));
      const id = `${place}-${number}-${index + 1}`;
      return `<li id="${id}"><div><a href="#${id}">${index + 1}</a>. ${tags.map((name) => `<span class="tag">${name}</span>`).join("")}</div>` +
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
