"use strict";
// Circuits as SVG: gates by depth from left to right, wires that turn only between the layers.
// The symbols (outlines, bubbles, pins) come from the package, in `atlasSymbols`.

const GRID = 10, MARGIN = 14, SHOULDER = 14, TRACK = 12, BUBBLE = 4, CONSTANT = -1;

function chainOf(text, inputs, operators, inverted) {
  // Gate by gate: operand wires, then the operator, each one letter; - is the constant.
  const wire = (letter) => (letter === "-" ? CONSTANT : parseInt(letter, 36));
  const gates = text.split(" ").map((word) => ({
    operator: operators[parseInt(word[word.length - 1], 36)],
    operands: [...word.slice(0, -1)].map(wire),
  }));
  return { inputs, gates, inverted };
}

function wireName(circuit, wire) {
  if (wire === CONSTANT) return "0";
  return wire < circuit.inputs ? "abcdefgh"[wire] : `g${wire - circuit.inputs + 1}`;
}

function textOf(circuit) {
  const steps = circuit.gates.map((gate, i) => {
    const names = gate.operands.map((w) => wireName(circuit, w));
    const form = atlasSymbols[gate.operator].form;
    return `g${i + 1} = ${form.replace(/\{(\d)\}/g, (_, k) => names[k])}`;
  });
  const last = wireName(circuit, circuit.inputs + circuit.gates.length - 1);
  return [...steps, `out = ${circuit.inverted ? "~" : ""}${last}`].join("; ");
}

// -- layers ------------------------------------------------------------------------------------

function layersOf(circuit) {
  const n = circuit.inputs;
  const depths = Array(n).fill(0);
  for (const gate of circuit.gates) {
    depths.push(1 + Math.max(0, ...gate.operands.filter((w) => w >= 0).map((w) => depths[w])));
  }
  const last = Math.max(...depths) + 1;
  const rows = Array.from({ length: last + 1 }, () => []);
  const channels = Array.from({ length: last }, () => []);
  const items = [];
  const make = (kind, wire, layer) => {
    const item = { kind, wire, layer, id: items.length, pins: [] };
    items.push(item);
    return item;
  };
  const sources = depths.map((d, w) => make(w < n ? "input" : "gate", w, d));
  const readers = depths.map(() => []);
  circuit.gates.forEach((gate, i) => {
    const symbol = atlasSymbols[gate.operator];
    gate.operands.forEach((wire, operand) => {
      if (wire !== CONSTANT) {
        readers[wire].push({ item: sources[n + i], operand, rank: symbol.ranks[operand] });
      }
    });
  });
  const output = make("output", depths.length - 1, last);
  readers[depths.length - 1].push({ item: output, operand: 0, rank: 0 });
  rows[last].push(output);
  sources.forEach((source, wire) => {
    rows[source.layer].push(source);
    const end = Math.max(0, ...readers[wire].map((r) => r.item.layer));
    let here = source;
    for (let layer = source.layer + 1; layer <= end; layer++) {
      for (const { item, operand, rank } of readers[wire]) {
        if (item.layer === layer) channels[layer - 1].push({ wire, left: here, right: item, operand, rank });
      }
      if (layer < end) {
        const through = make("through", wire, layer);
        rows[layer].push(through);
        channels[layer - 1].push({ wire, left: here, right: through, operand: 0, rank: 0 });
        here = through;
      }
    }
  });
  return { rows: fewCrossings(rows, channels), channels, sources, output };
}

function crossings(left, right, edges) {
  const a = new Map(left.map((item, i) => [item.id, i])), b = new Map(right.map((item, i) => [item.id, i]));
  const ends = edges.map((e) => [a.get(e.left.id), b.get(e.right.id), e.rank]);
  let count = 0;
  for (let i = 0; i < ends.length; i++) {
    for (let j = 0; j < i; j++) {
      const over = Math.sign(ends[i][0] - ends[j][0]);
      const under = Math.sign(ends[i][1] - ends[j][1]) || Math.sign(ends[i][2] - ends[j][2]);
      if (over * under < 0) count++;
    }
  }
  return count;
}

function fewCrossings(rows, channels) {
  const total = (r) => channels.reduce((sum, edges, i) => sum + crossings(r[i], r[i + 1], edges), 0);
  let best = rows.map((row) => [...row]), least = total(rows);
  const keep = () => {
    const count = total(rows);
    if (count < least) [best, least] = [rows.map((row) => [...row]), count];
  };
  const sort = (row, other, pairs) => {
    const place = new Map(other.map((item, i) => [item.id, i / Math.max(1, other.length - 1)]));
    const mean = new Map(row.map((item, i) => {
      const near = pairs.filter(([x]) => x === item).map(([, y]) => place.get(y.id));
      return [item.id, near.length ? near.reduce((s, v) => s + v, 0) / near.length : i / Math.max(1, row.length - 1)];
    }));
    row.sort((x, y) => mean.get(x.id) - mean.get(y.id));
  };
  for (let sweep = 0; sweep < 8 && least; sweep++) {
    channels.forEach((edges, i) => sort(rows[i + 1], rows[i], edges.map((e) => [e.right, e.left])));
    keep();
    for (let i = channels.length - 1; i > 0; i--) {
      sort(rows[i], rows[i + 1], channels[i].map((e) => [e.left, e.right]));
    }
    keep();
  }
  // Neighbours change places as long as that helps; the inputs keep their order.
  for (let better = true; better; ) {
    better = false;
    for (let layer = 1; layer < best.length; layer++) {
      for (let i = 0; i + 1 < best[layer].length; i++) {
        const before = total(best), row = best[layer];
        [row[i], row[i + 1]] = [row[i + 1], row[i]];
        if (total(best) < before) better = true;
        else [row[i], row[i + 1]] = [row[i + 1], row[i]];
      }
    }
  }
  return best;
}

// -- heights -----------------------------------------------------------------------------------

function heightsOf(layers, symbolOf) {
  const { rows, channels } = layers;
  const place = (row, wanted) => {
    // Isotonic regression: as near to what is wanted as room and order allow.
    let offset = 0;
    const offsets = row.map((item, i) => (offset += i ? row[i - 1].below + item.above : 0));
    const pools = [];
    row.forEach((_, i) => {
      let mean = wanted[i] - offsets[i], count = 1;
      while (pools.length && pools[pools.length - 1][0] > mean) {
        const [before, size] = pools.pop();
        mean = (before * size + mean * count) / (size + count);
        count += size;
      }
      pools.push([mean, count]);
    });
    const levels = pools.flatMap(([mean, count]) => Array(count).fill(mean));
    row.forEach((item, i) => { item.y = levels[i] + offsets[i]; });
  };
  // How far below its gate each pin stands.
  for (const [i, edges] of channels.entries()) {
    const order = new Map(rows[i].map((item, k) => [item.id, k]));
    for (const item of rows[i + 1].filter((x) => x.kind === "gate")) {
      const symbol = symbolOf(item);
      const own = edges.filter((e) => e.right === item);
      const keys = symbol.ranks.map((rank, operand) => {
        const edge = own.find((e) => e.operand === operand);
        return [rank, edge ? order.get(edge.left.id) : -1, operand];
      });
      keys.sort((a, b) => a[0] - b[0] || a[1] - b[1] || a[2] - b[2]);
      const heights = symbol.selector === null ? symbol.heights
        : symbol.heights[keys[0][2] === symbol.selector ? 0 : 1];
      keys.forEach(([, , operand], k) => { item.pins[operand] = heights[k]; });
      item.above = Math.max(symbol.high, -Math.min(...item.pins)) + GRID + (item.marked ? 20 : 0);
      item.below = Math.max(symbol.high, ...item.pins) + GRID;
    }
  }
  const pin = (e) => (e.right.kind === "gate" ? e.right.pins[e.operand] : 0);
  const joints = (item) => [
    ...channels.flat().filter((e) => e.right === item).map((e) => e.left.y - pin(e)),
    ...channels.flat().filter((e) => e.left === item).map((e) => e.right.y + pin(e)),
  ];
  const mean = (values, own) => (values.length ? values.reduce((s, v) => s + v, 0) / values.length : own);
  rows.forEach((row) => place(row, row.map(() => 0)));
  for (let sweep = 0; sweep < 6; sweep++) {
    for (const row of sweep % 2 ? [...rows].reverse() : rows) {
      place(row, row.map((item) => mean(joints(item), item.y)));
    }
  }
  for (const row of rows) {
    let floor = -Infinity;
    for (const item of row) {
      item.y = Math.max(Math.round(item.y / GRID) * GRID, floor + item.above);
      floor = item.y + item.below;
    }
  }
  // What alone stands beside a straight wire is moved onto it.
  for (let sweep = 0; sweep < 4; sweep++) {
    for (const row of rows) {
      row.forEach((item, i) => {
        const bends = (y) => joints(item).reduce((s, v) => s + Math.abs(v - y) + (v === y ? 0 : 40), 0);
        for (const y of joints(item)) {
          const fits = (!i || row[i - 1].y + row[i - 1].below <= y - item.above) &&
            (i + 1 === row.length || y + item.below <= row[i + 1].y - row[i + 1].above);
          if (fits && bends(y) < bends(item.y)) item.y = y;
        }
      });
    }
  }
}

function tracksOf(nets) {
  const moving = nets.filter((net) => net.top !== net.bottom);
  const cost = (a, b) =>
    a.leaves.filter((y) => b.top < y && y < b.bottom).length +
    (a.top < b.enters && b.enters < a.bottom ? 1 : 0) + (a.leaves.includes(b.enters) ? 1000 : 0);
  let best = [...moving].sort((a, b) => (a.leaves[0] > a.enters) - (b.leaves[0] > b.enters) || a.enters - b.enters);
  for (let round = 0, changed = true; changed && round < 20; round++) {
    changed = false;
    for (const net of moving) {
      const old = best.indexOf(net), rest = best.filter((other) => other !== net);
      const costs = [rest.reduce((sum, other) => sum + cost(net, other), 0)];
      for (const other of rest) costs.push(costs[costs.length - 1] - cost(net, other) + cost(other, net));
      const at = costs.indexOf(Math.min(...costs));
      if (costs[at] < costs[old]) {
        best = [...rest.slice(0, at), net, ...rest.slice(at)];
        changed = true;
      }
    }
  }
  const tracks = new Map();
  best.forEach((net, i) => {
    const before = best.slice(0, i).filter((o) => o.top <= net.bottom && net.top <= o.bottom);
    tracks.set(net.wire, Math.max(-1, ...before.map((o) => tracks.get(o.wire))) + 1);
  });
  return tracks;
}

// -- the picture -------------------------------------------------------------------------------

const MARK_COLOURS = ["#dc3a25", "#2878cf", "#17883d", "#a057d6", "#aa690d", "#11858c"];

function escapeText(text) {
  return text.replace(/[&<>"]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c]);
}

function drawCircuit(circuit, marks) {
  const n = circuit.inputs;
  const layers = layersOf(circuit);
  const symbolOf = (item) => atlasSymbols[circuit.gates[item.wire - n].operator];
  const labels = [...new Set(Object.values(marks))];
  const colourOf = (wire) => (wire in marks ? MARK_COLOURS[labels.indexOf(marks[wire]) % MARK_COLOURS.length] : null);
  for (const item of layers.rows.flat()) {
    item.above = item.below = { through: 10, input: 20, output: 15 }[item.kind];
    item.marked = item.kind === "gate" && item.wire in marks;
  }
  heightsOf(layers, symbolOf);
  const pin = (e) => (e.right.kind === "gate" ? e.right.pins[e.operand] : 0);
  const nets = layers.channels.map((edges) => {
    const byWire = new Map();
    for (const e of edges) {
      const net = byWire.get(e.wire) || { wire: e.wire, enters: e.left.y, leaves: [] };
      net.leaves.push(e.right.y + pin(e));
      byWire.set(e.wire, net);
    }
    return [...byWire.values()].map((net) => {
      net.leaves.sort((a, b) => a - b);
      net.top = Math.min(net.enters, ...net.leaves);
      net.bottom = Math.max(net.enters, ...net.leaves);
      return net;
    });
  });
  const tracks = nets.map(tracksOf);
  // Columns: the middle of each, and where its right edge is.
  let x = MARGIN;
  const middle = [], right = [];
  layers.rows.forEach((row, layer) => {
    const reach = (item) => {
      if (item.kind === "gate") {
        const label = item.wire in marks ? 3.84 * marks[item.wire].length : 0;
        const half = Math.max(symbolOf(item).half + 2 * BUBBLE, label);
        return [half, half];
      }
      if (item.kind === "input") return [8 + 9 + (item.wire in marks ? 8 * marks[item.wire].length : 0), 0];
      return item.kind === "output" ? [0, (circuit.inverted ? 2 * BUBBLE : 0) + 40] : [0, 0];
    };
    const reaches = row.map(reach);
    const left = Math.max(0, ...reaches.map((r) => r[0])), after = Math.max(0, ...reaches.map((r) => r[1]));
    middle.push(x + left);
    right.push(x + left + after);
    x += left + after;
    if (layer < tracks.length) x += 2 * SHOULDER + TRACK * Math.max(0, ...tracks[layer].values());
  });
  const width = x + MARGIN;
  const every = layers.rows.flat();
  const top = Math.min(...every.map((item) => item.y - item.above)) - MARGIN + GRID;
  const height = Math.max(...every.map((item) => item.y + item.below)) - top + MARGIN - GRID;
  const at = (item) => [middle[item.layer], item.y - top];
  const plain = [], marked = [], nodes = [];
  const port = (item) => at(item)[0] + (item.kind === "gate" ? symbolOf(item).front : 0);
  layers.channels.forEach((edges, channel) => {
    for (const net of nets[channel]) {
      const own = edges.filter((e) => e.wire === net.wire);
      const enters = own[0].left, y0 = enters.y - top, colour = colourOf(net.wire);
      const paths = [], dots = [];
      const ends = own.map((e) => {
        const y = e.right.y + pin(e) - top, centre = at(e.right);
        if (e.right.kind !== "gate") return [centre[0], y];
        const symbol = symbolOf(e.right), negated = symbol.negated[e.operand];
        if (symbol.selector === e.operand) {
          // A selector comes in from above or below.
          const side = pin(e) > 0 ? 1 : -1, end = centre[1] + side * (symbol.edge + (negated ? 2 * BUBBLE : 0));
          paths.push(`M${centre[0]} ${y}V${end}`);
          return [centre[0], y];
        }
        return [centre[0] + symbol.back[String(pin(e))] - (negated ? 2 * BUBBLE : 0), y];
      });
      if (!tracks[channel].has(net.wire)) {
        ends.forEach(([ex, ey]) => paths.push(`M${port(enters)} ${y0}L${ex} ${ey}`));
      } else {
        const track = right[channel] + SHOULDER + TRACK * tracks[channel].get(net.wire);
        paths.push(`M${port(enters)} ${y0}H${track}`, `M${track} ${net.top - top}V${net.bottom - top}`);
        ends.forEach(([ex, ey]) => paths.push(`M${track} ${ey}H${ex}`));
        for (const y of new Set([y0, ...ends.map((e) => e[1])])) {
          const arms = (y > net.top - top) + (y < net.bottom - top) + (y === y0) + ends.some((e) => e[1] === y);
          if (arms >= 3) dots.push([track, y]);
        }
      }
      const style = colour ? ` stroke="${colour}" stroke-width="2"` : "";
      const into = colour ? marked : plain;
      into.push(`<path class="wire" d="${paths.join("")}"${style}/>`);
      dots.forEach(([cx, cy]) =>
        into.push(`<circle cx="${cx}" cy="${cy}" r="3" fill="${colour || "currentColor"}" stroke="none"/>`));
    }
  });
  const text = (tx, ty, content, anchor, more = "") =>
    `<text x="${tx}" y="${ty + 4.2}" text-anchor="${anchor}" fill="currentColor" stroke="none"${more}>${escapeText(content)}</text>`;
  for (const item of every) {
    const [cx, cy] = at(item), colour = colourOf(item.wire);
    const tint = colour ? ` style="fill:${colour}"` : "";
    if (item.kind === "input") {
      nodes.push(text(cx - 8, cy, wireName(circuit, item.wire), "end", tint));
      if (colour) nodes.push(text(cx - 24, cy, marks[item.wire], "end", tint + ' font-weight="bold"'));
    } else if (item.kind === "output") {
      if (circuit.inverted) nodes.push(`<circle cx="${cx + BUBBLE}" cy="${cy}" r="${BUBBLE}"/>`);
      nodes.push(text(cx + 8 + (circuit.inverted ? 2 * BUBBLE : 0), cy, "out", "start", tint));
    } else if (item.kind === "gate") {
      const symbol = symbolOf(item), gate = circuit.gates[item.wire - n];
      const stroke = colour ? ` stroke="${colour}" stroke-width="2.2"` : "";
      nodes.push(`<g transform="translate(${cx} ${cy})">`);
      symbol.outline.forEach(([d, closed]) => nodes.push(
        `<path d="${d}"${stroke}${closed && colour ? ` fill="${colour}" fill-opacity="0.15"` : ""}/>`));
      if (symbol.inverted) nodes.push(`<circle cx="${symbol.half + BUBBLE}" cy="0" r="${BUBBLE}"${stroke}/>`);
      gate.operands.forEach((wire, operand) => {
        const drop = item.pins[operand], selects = symbol.selector === operand;
        const side = drop > 0 ? 1 : -1;
        const [px, py] = selects ? [0, side * symbol.edge] : [symbol.back[String(drop)], drop];
        const out = selects ? [0, side] : [-1, 0];
        if (symbol.negated[operand]) {
          nodes.push(`<circle cx="${px + out[0] * BUBBLE}" cy="${py + out[1] * BUBBLE}" r="${BUBBLE}"/>`);
        }
        if (symbol.letters && !selects) nodes.push(text(px + 7, py, symbol.letters[operand], "middle", ' font-size="9"'));
        if (wire === CONSTANT) {
          if (!symbol.negated[operand]) nodes.push(`<path d="M${px} ${py}l${out[0] * 8} ${out[1] * 8}"/>`);
          nodes.push(text(px + out[0] * 14, py + out[1] * 16, "0", "middle"));
        }
      });
      if (symbol.label) nodes.push(text(0, -7, symbol.label, "middle", ' font-size="11"'));
      nodes.push(text(symbol.name[0], symbol.name[1], wireName(circuit, item.wire), "middle"));
      if (colour) {
        nodes.push(text(0, -Math.max(symbol.high, -Math.min(...item.pins)) - 9, marks[item.wire], "middle",
          `${tint} font-weight="bold"`));
      }
      nodes.push("</g>");
    }
  }
  const name = escapeText(textOf(circuit));
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" ` +
    `height="${height}" role="img" aria-label="${name}"><title>${name}</title>` +
    '<g fill="none" stroke="currentColor" stroke-width="1.5" stroke-linecap="round" ' +
    `stroke-linejoin="round" font-family="sans-serif" font-size="12">${plain.join("")}${marked.join("")}` +
    `${nodes.join("")}</g></svg>`;
}
