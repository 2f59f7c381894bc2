// The picture: what does not change is drawn once on a sheet of its own, what only grows is added
// to as time goes on, and each frame puts the sheets on top of each other.

// Matplotlib's viridis at eleven places.
const VIRIDIS = [
  [68, 1, 84], [72, 36, 117], [65, 68, 135], [53, 95, 141], [42, 120, 142], [33, 145, 140],
  [34, 168, 132], [66, 190, 113], [122, 209, 81], [189, 223, 38], [253, 231, 37],
];
// Okabe and Ito, and two greys.
const QUALITATIVE = [
  '#0072b2', '#e69f00', '#009e73', '#cc79a7', '#56b4e9', '#d55e00', '#b3a100', '#888888',
];
const STEPS = 24; // of the colours of time
const DASHED_MAX = 4000; // lines with a dash, which takes its time
const RINGS_MAX = 1500; // more would hide what they are around

function viridis(share) {
  const place = Math.min(Math.max(share, 0), 1) * (VIRIDIS.length - 1);
  const low = Math.min(Math.floor(place), VIRIDIS.length - 2);
  const mix = (i) =>
    Math.round(VIRIDIS[low][i] + (VIRIDIS[low + 1][i] - VIRIDIS[low][i]) * (place - low));
  return `rgb(${mix(0)},${mix(1)},${mix(2)})`;
}

class Picture {
  constructor(canvas, network) {
    this.canvas = canvas;
    this.network = network;
    this.sheets = {};
    for (const name of ['links', 'mesh', 'tree', 'nodes']) {
      this.sheets[name] = document.createElement('canvas');
    }
    this.selected = -1;
    this.layers = {};
    this.lens = new Lens();
    this.redraw();
  }

  // Sizes and colours, when the window or the theme has changed.
  settle() {
    const style = getComputedStyle(document.documentElement);
    const colour = (name) => style.getPropertyValue('--' + name).trim();
    this.ink = {
      back: colour('stage'), text: colour('text'), dim: colour('dim'), link: colour('link-ink'),
      mesh: colour('mesh-ink'), tree: colour('tree-ink'), waiting: colour('waiting'),
      duplicate: colour('duplicate'), lost: colour('lost'), ihave: colour('ihave'),
      iwant: colour('iwant'), graft: colour('graft'), prune: colour('prune'),
    };
    this.dark = colour('is-dark') === '1';
    const ratio = Math.min(window.devicePixelRatio || 1, 2);
    this.sheet = this.layoutOf();
    const { wide, high } = this.sheet;
    const fit = this.canvas.clientWidth * Math.min(high / wide, 1) + 40;
    this.canvas.style.height = `${Math.max(300, Math.min(fit, 0.8 * window.innerHeight, 760))}px`;
    const width = Math.max(Math.round(this.canvas.clientWidth * ratio), 50);
    const height = Math.max(Math.round(this.canvas.clientHeight * ratio), 50);
    this.ratio = ratio;
    for (const sheet of [this.canvas, ...Object.values(this.sheets)]) {
      sheet.width = width;
      sheet.height = height;
    }
    this.place(width, height);
    this.drawBase();
    this.redraw();
  }

  // Where nodes are: as the page says, or by the arrival of this message.
  layoutOf() {
    const { ax, ay } = this.spread.columns;
    return this.layout === 'arrival' ? { x: ax, y: ay, wide: 1, high: 1, discs: [] } : this.network;
  }

  // Nodes fill the canvas but for a margin; a map keeps its proportions. The lens enlarges places,
  // not marks and lines.
  place(width, height) {
    const { x, y, wide, high } = this.sheet;
    const count = x.length;
    const margin = 18 * this.ratio;
    const scale = Math.min((width - 2 * margin) / wide, (height - 2 * margin) / high);
    const left = (width - scale * wide) / 2;
    const top = (height - scale * high) / 2;
    const { lens } = this;
    this.map = (px, py) => [
      lens.see(left + px * scale, lens.x, width), lens.see(top + py * scale, lens.y, height),
    ];
    this.scale = scale * lens.times;
    this.px = new Float32Array(count);
    this.py = new Float32Array(count);
    for (let i = 0; i < count; i++) {
      [this.px[i], this.py[i]] = this.map((x[i] * wide) / 65535, (y[i] * high) / 65535);
    }
    this.radius = Math.max(1.2, Math.min(7 * this.ratio, 0.46 * this.usualGap()));
    this.indexNodes(width);
  }

  // How far a node usually is from the nearest other one.
  usualGap() {
    const count = this.px.length;
    const stride = Math.max(1, Math.floor(count / 300));
    const gaps = [];
    for (let i = 0; i < count; i += stride) {
      let least = Infinity;
      for (let j = 0; j < count; j++) {
        const gap = (this.px[j] - this.px[i]) ** 2 + (this.py[j] - this.py[i]) ** 2;
        if (gap < least && j !== i) {
          least = gap;
        }
      }
      gaps.push(Math.sqrt(least));
    }
    gaps.sort((a, b) => a - b);
    return gaps[Math.floor(gaps.length / 2)];
  }

  // Squares of the canvas, each with its nodes, to find what is under the pointer.
  indexNodes(width) {
    this.cell = Math.max(16 * this.ratio, this.radius * 2);
    this.columnCount = Math.ceil(width / this.cell);
    this.cells = new Map();
    for (let i = 0; i < this.px.length; i++) {
      const key = Math.floor(this.py[i] / this.cell) * this.columnCount +
        Math.floor(this.px[i] / this.cell);
      const list = this.cells.get(key);
      if (list === undefined) {
        this.cells.set(key, [i]);
      } else {
        list.push(i);
      }
    }
  }

  // The node nearest to a point of the page's canvas, or −1.
  nodeNear(x, y) {
    const [cx, cy] = [x * this.ratio, y * this.ratio];
    const [column, row] = [Math.floor(cx / this.cell), Math.floor(cy / this.cell)];
    let best = -1;
    let least = (this.radius + 8 * this.ratio) ** 2;
    for (let r = row - 1; r <= row + 1; r++) {
      for (let c = column - 1; c <= column + 1; c++) {
        for (const node of this.cells.get(r * this.columnCount + c) || []) {
          const distance = (this.px[node] - cx) ** 2 + (this.py[node] - cy) ** 2;
          if (distance < least) {
            least = distance;
            best = node;
          }
        }
      }
    }
    return best;
  }

  // Where a node is on the page's canvas.
  placeOf(node) {
    return [this.px[node] / this.ratio, this.py[node] / this.ratio];
  }

  // Lines between pairs of nodes.
  strokePairs(context, a, b, first, end) {
    context.beginPath();
    for (let i = first; i < end; i++) {
      context.moveTo(this.px[a[i]], this.py[a[i]]);
      context.lineTo(this.px[b[i]], this.py[b[i]]);
    }
    context.stroke();
  }

  // How faint lines have to be for what is below them to stay visible: the more they cover, the
  // fainter.
  faintness(a, b, width, target) {
    const stride = Math.max(1, Math.floor(a.length / 500));
    let length = 0;
    let count = 0;
    for (let i = 0; i < a.length; i += stride) {
      length += Math.hypot(this.px[a[i]] - this.px[b[i]], this.py[a[i]] - this.py[b[i]]);
      count++;
    }
    const across = Math.min(this.canvas.width, this.canvas.height) * this.lens.times;
    const area = Math.PI * (across / 2) ** 2;
    const cover = (a.length * (length / Math.max(count, 1)) * width) / area;
    return Math.max(0.03, Math.min(0.8, target / Math.max(cover, 0.01)));
  }

  // All lines between pairs of nodes on a sheet of their own.
  drawPairs(name, a, b, ink, width, target) {
    const context = this.sheets[name].getContext('2d');
    context.clearRect(0, 0, this.canvas.width, this.canvas.height);
    context.strokeStyle = ink;
    context.lineWidth = width * this.ratio;
    context.globalAlpha = this.faintness(a, b, width * this.ratio, target);
    // Lines of one path do not add up where they cross; many short paths do.
    for (let first = 0; first < a.length; first += 400) {
      this.strokePairs(context, a, b, first, Math.min(first + 400, a.length));
    }
    context.globalAlpha = 1;
  }

  drawBase() {
    const { links } = this.network;
    this.discs = this.sheet.discs;
    if (links !== null) {
      this.drawPairs('links', links.a, links.b, this.ink.link, 0.7, 0.7);
    }
  }

  drawDiscs(context) {
    context.lineWidth = this.ratio;
    context.strokeStyle = this.ink.dim;
    context.globalAlpha = 0.5;
    for (const disc of this.discs) {
      const [x, y] = this.map(disc.x, disc.y);
      context.beginPath();
      context.arc(x, y, disc.r * this.scale + this.radius, 0, 2 * Math.PI);
      context.stroke();
    }
    context.globalAlpha = 1;
  }

  // Whether some of a disc is on the canvas.
  isSeen(disc) {
    const [x, y] = this.map(disc.x, disc.y);
    const r = disc.r * this.scale + this.radius;
    return x + r > 0 && x - r < this.canvas.width && y + r > 0 && y - r < this.canvas.height;
  }

  // Names of regions, readable on whatever is below them.
  drawNames(context) {
    context.font = `${12 * this.ratio}px system-ui, sans-serif`;
    context.lineWidth = 4 * this.ratio;
    context.lineJoin = 'round';
    context.strokeStyle = this.ink.back;
    context.fillStyle = this.ink.text;
    context.textAlign = 'center';
    for (const disc of this.discs.filter((other) => this.isSeen(other))) {
      const half = context.measureText(disc.name).width / 2 + 4 * this.ratio;
      const [x, y] = this.map(disc.x, disc.y);
      const left = Math.min(Math.max(x, half), this.canvas.width - half);
      const top = Math.max(y - disc.r * this.scale - this.radius - 6 * this.ratio, 14 * this.ratio);
      context.strokeText(disc.name, left, top);
      context.fillText(disc.name, left, top);
    }
  }

  drawMesh() {
    const { ma, mb } = this.spread.columns;
    if (ma !== undefined) {
      this.drawPairs('mesh', ma, mb, this.ink.mesh, 0.8, 0.6);
    }
  }

  // Forgets what has been added; the next frame begins from nothing.
  redraw() {
    this.drawn = { time: -1, deliveries: 0, mesh: false };
    this.events = new Map();
  }

  // The colour of a node that has the message.
  colourOf(node, delivery) {
    const columns = this.spread.columns;
    if (this.colouring === 'hops') {
      const share = columns.hops[delivery] / Math.max(this.spread.info.hops_max, 1);
      return this.shade(share);
    }
    if (this.colouring === 'region' || this.colouring === 'group') {
      const of = this.colouring === 'region' ? this.network.region : this.network.group;
      return QUALITATIVE[of[node] % QUALITATIVE.length];
    }
    return this.shade(Math.round((columns.time[delivery] / (this.spread.span || 1)) * STEPS) / STEPS);
  }

  // Neither end of the scale may vanish in the background.
  shade(share) {
    return viridis(this.dark ? 0.25 + 0.75 * share : 0.88 * share);
  }

  dot(context, node, radius) {
    if (radius < 2.2) {
      context.rect(this.px[node] - radius, this.py[node] - radius, 2 * radius, 2 * radius);
    } else {
      context.moveTo(this.px[node] + radius, this.py[node]);
      context.arc(this.px[node], this.py[node], radius, 0, 2 * Math.PI);
    }
  }

  cross(context, x, y, size) {
    context.moveTo(x - size, y - size);
    context.lineTo(x + size, y + size);
    context.moveTo(x - size, y + size);
    context.lineTo(x + size, y - size);
  }

  // All nodes as they are before anything arrives: small, and crosses for those that never get it.
  drawWaiting() {
    const context = this.sheets.nodes.getContext('2d');
    context.clearRect(0, 0, this.canvas.width, this.canvas.height);
    this.sheets.tree.getContext('2d').clearRect(0, 0, this.canvas.width, this.canvas.height);
    context.fillStyle = this.ink.waiting;
    context.beginPath();
    for (let node = 0; node < this.px.length; node++) {
      if (this.spread.first[node] >= 0) {
        this.dot(context, node, Math.max(0.45 * this.radius, 0.9));
      }
    }
    context.fill();
    context.strokeStyle = this.ink.dim;
    context.lineWidth = this.ratio;
    context.beginPath();
    for (let node = 0; node < this.px.length; node++) {
      if (this.spread.first[node] < 0 && node !== this.spread.info.origin) {
        this.cross(context, this.px[node], this.py[node], 0.6 * this.radius);
      }
    }
    context.stroke();
  }

  // Adds what arrived until `time` to the sheets of the tree and of nodes.
  advance(time) {
    if (time < this.drawn.time || this.drawn.time < 0) {
      this.drawWaiting();
      this.drawn.deliveries = 0;
      const { node, from } = this.spread.columns;
      const ends = this.spread.reached.filter((i) => nodeAt(from, i) !== NOBODY);
      this.treeAlpha = this.faintness(ends.map((i) => node[i]), ends.map((i) => from[i]),
        Math.max(0.7, Math.min(1.6, this.radius / 4)) * this.ratio, 0.4);
    }
    const columns = this.spread.columns;
    const end = this.spread.reachedBy(time);
    const tree = this.sheets.tree.getContext('2d');
    const nodes = this.sheets.nodes.getContext('2d');
    tree.strokeStyle = this.ink.tree;
    tree.lineWidth = Math.max(0.7, Math.min(1.6, this.radius / 4)) * this.ratio;
    tree.globalAlpha = this.treeAlpha;
    tree.beginPath();
    const byColour = new Map();
    for (let i = this.drawn.deliveries; i < end; i++) {
      const delivery = this.spread.reached[i];
      const node = columns.node[delivery];
      const from = nodeAt(columns.from, delivery);
      if (from !== NOBODY) {
        tree.moveTo(this.px[from], this.py[from]);
        tree.lineTo(this.px[node], this.py[node]);
      }
      const colour = this.colourOf(node, delivery);
      if (!byColour.has(colour)) {
        byColour.set(colour, []);
      }
      byColour.get(colour).push(node);
    }
    tree.stroke();
    for (const [colour, list] of byColour) {
      nodes.fillStyle = colour;
      nodes.beginPath();
      list.forEach((node) => this.dot(nodes, node, this.radius));
      nodes.fill();
    }
    this.drawn.deliveries = end;
    this.drawn.time = time;
  }

  // Copies and control messages, the recent ones or all so far. What is there to stay is added to a
  // sheet of its own, as single lines are many.
  drawEvents(context, layer, what, look) {
    const times = this.spread.columns[what + 'time'];
    if (times === undefined) {
      return;
    }
    const end = countUpTo(times, this.time);
    if (this.trail !== Infinity) {
      this.strokeEvents(context, what, look, countUpTo(times, this.time - this.trail), end);
      return;
    }
    const sheet = this.sheetOf(layer);
    if (sheet.drawn > end) {
      sheet.canvas.getContext('2d').clearRect(0, 0, this.canvas.width, this.canvas.height);
      sheet.drawn = 0;
    }
    this.strokeEvents(sheet.canvas.getContext('2d'), what, look, sheet.drawn, end);
    sheet.drawn = end;
    context.drawImage(sheet.canvas, 0, 0);
  }

  // The sheet of events that stay, and how many of them are on it.
  sheetOf(layer) {
    let sheet = this.events.get(layer);
    if (sheet === undefined) {
      sheet = { canvas: document.createElement('canvas'), drawn: 0 };
      sheet.canvas.width = this.canvas.width;
      sheet.canvas.height = this.canvas.height;
      this.events.set(layer, sheet);
    }
    return sheet;
  }

  // The lines of some events, fainter where there are many, and then without a dash.
  strokeEvents(context, what, look, first, end) {
    const columns = this.spread.columns;
    const from = columns[what + 'from'];
    const to = columns[what + 'node'];
    const kinds = columns[what + 'kind'];
    const crowd = this.trail === Infinity ? from.length : end - first;
    context.strokeStyle = look.colour;
    context.lineWidth = look.width * this.ratio;
    context.setLineDash(crowd > DASHED_MAX ? [] : look.dash.map((part) => part * this.ratio));
    context.globalAlpha = Math.max(0.05, Math.min(0.8, 12 / Math.sqrt(crowd + 1)));
    context.beginPath();
    for (let i = first; i < end; i++) {
      if (look.kind !== undefined && kinds[i] !== look.kind) {
        continue;
      }
      const [fx, fy] = [this.px[from[i]], this.py[from[i]]];
      const [tx, ty] = [this.px[to[i]], this.py[to[i]]];
      context.moveTo(fx, fy);
      context.lineTo(tx, ty);
      if (look.cross) {
        this.cross(context, (fx + tx) / 2, (fy + ty) / 2, 3 * this.ratio);
      }
    }
    context.stroke();
    context.setLineDash([]);
    context.globalAlpha = 1;
  }

  // Nodes that got the message just now have a ring.
  drawRecent(context) {
    const columns = this.spread.columns;
    const since = this.time - Math.min(this.trail, this.spread.span / 25);
    const first = this.spread.reachedBy(since);
    if (this.drawn.deliveries - first > RINGS_MAX) {
      return;
    }
    context.strokeStyle = this.ink.text;
    context.lineWidth = (this.drawn.deliveries - first > 200 ? 0.5 : 1) * this.ratio;
    context.beginPath();
    for (let i = first; i < this.drawn.deliveries; i++) {
      const node = columns.node[this.spread.reached[i]];
      context.moveTo(this.px[node] + this.radius + this.ratio, this.py[node]);
      context.arc(this.px[node], this.py[node], this.radius + this.ratio, 0, 2 * Math.PI);
    }
    context.stroke();
  }

  // The publisher is a square that stands out, the node looked at has a thick ring.
  drawMarks(context) {
    const origin = this.spread.info.origin;
    if (origin !== null) {
      const size = this.radius + 3 * this.ratio;
      context.fillStyle = this.ink.text;
      context.strokeStyle = this.ink.back;
      context.lineWidth = 2 * this.ratio;
      context.beginPath();
      context.rect(this.px[origin] - size, this.py[origin] - size, 2 * size, 2 * size);
      context.stroke();
      context.fill();
    }
    if (this.selected >= 0) {
      const [x, y] = [this.px[this.selected], this.py[this.selected]];
      for (const [colour, width] of [[this.ink.back, 5], [this.ink.text, 2.5]]) {
        context.strokeStyle = colour;
        context.lineWidth = width * this.ratio;
        context.beginPath();
        context.arc(x, y, this.radius + 5 * this.ratio, 0, 2 * Math.PI);
        context.stroke();
      }
      this.drawWay(context);
    }
  }

  // The way on which the message came to the node looked at.
  drawWay(context) {
    const columns = this.spread.columns;
    context.strokeStyle = this.ink.text;
    context.lineWidth = 2 * this.ratio;
    context.beginPath();
    let node = this.selected;
    for (let steps = 0; steps < this.px.length && this.spread.first[node] >= 0; steps++) {
      const delivery = this.spread.first[node];
      const from = nodeAt(columns.from, delivery);
      if (from === NOBODY || columns.time[delivery] > this.time) {
        break;
      }
      context.moveTo(this.px[node], this.py[node]);
      context.lineTo(this.px[from], this.py[from]);
      node = from;
    }
    context.stroke();
  }

  frame(time) {
    const context = this.canvas.getContext('2d');
    this.time = time;
    if (time !== this.drawn.time) {
      this.advance(time);
    }
    if (this.layers.mesh && !this.drawn.mesh) {
      this.drawMesh();
      this.drawn.mesh = true;
    }
    context.clearRect(0, 0, this.canvas.width, this.canvas.height);
    const put = (name, wanted) => wanted && context.drawImage(this.sheets[name], 0, 0);
    put('links', this.layers.links);
    put('mesh', this.layers.mesh);
    this.drawDiscs(context);
    const ink = this.ink;
    const looks = [
      ['duplicates', 'd', { colour: ink.duplicate, width: 1, dash: [5, 3] }],
      ['lost', 'l', { colour: ink.lost, width: 1.2, dash: [], cross: true }],
      ['ihave', 'c', { colour: ink.ihave, width: 0.9, dash: [1, 4], kind: 2 }],
      ['iwant', 'c', { colour: ink.iwant, width: 1.6, dash: [8, 3], kind: 3 }],
      ['graft', 'c', { colour: ink.graft, width: 1.8, dash: [], kind: 4 }],
      ['prune', 'c', { colour: ink.prune, width: 1.8, dash: [3, 3], kind: 5 }],
    ];
    put('tree', this.layers.tree);
    for (const [layer, what, look] of looks) {
      if (this.layers[layer]) {
        this.drawEvents(context, layer, what, look);
      }
    }
    put('nodes', true);
    this.drawRecent(context);
    this.drawNames(context);
    this.drawMarks(context);
  }
}
