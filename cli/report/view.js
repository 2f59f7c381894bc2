// The animated view: its controls, its clock, and what it tells about the node looked at.

const MESSAGE_KINDS = { ihave: 2, iwant: 3, graft: 4, prune: 5 };
const PLAY_SECONDS = 8; // from the publication to the end, at speed 1
const SLIDER_STEPS = 1000;

class View {
  constructor(network) {
    const byId = (id) => document.getElementById(id);
    this.network = network;
    this.info = network.info;
    this.spreads = new Map();
    this.parts = {};
    for (const name of ['stage', 'canvas', 'tip', 'play', 'time', 'now', 'message', 'layout', 'colour', 'speed',
      'trail', 'span', 'reached', 'expected', 'duplicates', 'lost', 'control', 'cdf', 'node', 'detail',
      'scale', 'note', 'start', 'end', 'legend']) {
      this.parts[name] = byId('view-' + name);
    }
    this.picture = new Picture(this.parts.canvas, network);
    this.zoom = new Zoom(this);
    this.still = window.matchMedia('(prefers-reduced-motion: reduce)');
    this.playing = false;
    this.wanted = false;
    this.fillChoices();
    this.listen();
    this.readLayers();
    this.choose(0);
  }

  fillChoices() {
    const { message, layout, colour } = this.parts;
    this.info.messages.forEach((entry, index) => {
      const option = document.createElement('option');
      option.value = String(index);
      option.textContent = `${entry.number} · ${entry.topic} · from node ${entry.origin} at ` +
        `${durationText(entry.published_ns)}`;
      message.append(option);
    });
    const addTo = (select, value, text) => {
      const option = document.createElement('option');
      option.value = value;
      option.textContent = text;
      select.append(option);
    };
    addTo(layout, 'network', this.info.layout);
    addTo(layout, 'arrival', 'by arrival, inside out');
    layout.value = this.info.crowded ? 'arrival' : 'network';
    const add = (value, text) => addTo(colour, value, text);
    add('time', 'time of arrival');
    add('hops', 'hops');
    if (this.info.regions.length > 1) {
      add('region', 'region');
    }
    if (this.info.groups.length > 1) {
      add('group', 'group');
    }
    this.parts.node.max = String(this.info.nodes - 1);
  }

  listen() {
    const parts = this.parts;
    parts.play.addEventListener('click', () => this.toggle());
    parts.start.addEventListener('click', () => this.seek(0));
    parts.end.addEventListener('click', () => this.seek(this.spread.span));
    parts.time.addEventListener('input', () => {
      this.pause();
      this.setTime((Number(parts.time.value) / SLIDER_STEPS) * this.spread.span);
    });
    parts.message.addEventListener('change', () => this.choose(Number(parts.message.value)));
    parts.layout.addEventListener('change', () => this.zoom.reset());
    parts.colour.addEventListener('change', () => {
      this.picture.redraw();
      this.refresh();
      this.drawScale();
    });
    parts.span.addEventListener('change', () => {
      this.spread.span = this.spread.spanOf(parts.span.value);
      this.picture.redraw();
      this.seek(Math.min(this.time, this.spread.span));
      this.drawScale();
    });
    parts.trail.addEventListener('change', () => this.refresh());
    for (const box of document.querySelectorAll('#view-layers input')) {
      box.addEventListener('change', () => {
        this.readLayers();
        this.refresh();
      });
    }
    parts.node.addEventListener('input', () => {
      const node = Number(parts.node.value);
      const valid = parts.node.value !== '' && Number.isInteger(node) && node >= 0 &&
        node < this.info.nodes;
      this.zoom.show(valid ? node : -1);
      this.select(valid ? node : -1, false);
    });
    parts.canvas.addEventListener('pointermove', (event) => this.hover(event));
    parts.canvas.addEventListener('pointerleave', () => this.leave());
    parts.canvas.addEventListener('click', (event) => {
      if (this.zoom.drag.moved) {
        return;
      }
      const node = this.picture.nodeNear(event.offsetX, event.offsetY);
      this.pinned = node;
      this.select(node, true);
    });
    parts.stage.parentElement.addEventListener('keydown', (event) => this.key(event));
    window.addEventListener('resize', () => this.resize());
    // Paper is white, whatever the page is.
    window.addEventListener('beforeprint', () => {
      this.pause();
      this.theme = document.documentElement.dataset.theme;
      document.documentElement.dataset.theme = 'light';
      this.draw();
    });
    window.addEventListener('afterprint', () => {
      if (this.theme === undefined) {
        delete document.documentElement.dataset.theme;
      } else {
        document.documentElement.dataset.theme = this.theme;
      }
      this.draw();
    });
    document.addEventListener('gossim-theme', () => this.resize());
  }

  resize() {
    if (!this.resizing) {
      this.resizing = true;
      requestAnimationFrame(() => {
        this.resizing = false;
        this.draw();
      });
    }
  }

  // All of it anew.
  draw() {
    this.settle();
    this.drawScale();
    this.refresh();
  }

  settle() {
    this.picture.layout = this.parts.layout.value;
    this.picture.settle();
  }

  readLayers() {
    this.layers = {};
    for (const box of document.querySelectorAll('#view-layers input')) {
      this.layers[box.value] = box.checked && !box.disabled;
    }
    this.picture.layers = this.layers;
  }

  choose(index) {
    if (!this.spreads.has(index)) {
      this.spreads.set(index, new Spread(this.info.messages[index], this.info.nodes));
    }
    this.spread = this.spreads.get(index);
    this.parts.message.value = String(index);
    this.parts.note.textContent = this.spread.info.note || '';
    this.parts.span.value = this.spread.usualSpan();
    this.spread.span = this.spread.spanOf(this.parts.span.value);
    this.pause();
    this.picture.spread = this.spread;
    this.settle();
    this.seek(this.spread.span);
    this.drawScale();
  }

  toggle() {
    if (this.playing) {
      this.pause();
      return;
    }
    if (this.time >= this.spread.span) {
      this.setTime(0);
    }
    this.playing = true;
    this.parts.play.textContent = '❚❚ Pause';
    this.parts.play.setAttribute('aria-pressed', 'true');
    this.last = performance.now();
    this.tick();
  }

  pause() {
    this.playing = false;
    this.parts.play.textContent = '▶ Play';
    this.parts.play.setAttribute('aria-pressed', 'false');
  }

  // Whoever wants less motion gets a picture twice a second.
  tick() {
    if (!this.playing) {
      return;
    }
    const now = performance.now();
    const least = this.still.matches ? 500 : 0;
    if (now - this.last >= least) {
      const share = ((now - this.last) / 1000 / PLAY_SECONDS) * Number(this.parts.speed.value);
      this.last = now;
      this.setTime(Math.min(this.time + share * this.spread.span, this.spread.span));
      if (this.time >= this.spread.span) {
        this.pause();
        return;
      }
    }
    requestAnimationFrame(() => this.tick());
  }

  seek(time) {
    this.pause();
    this.setTime(time);
  }

  // Times are whole units of the trace.
  setTime(time) {
    this.time = Math.max(0, Math.min(time, this.spread.span));
    this.refresh();
  }

  refresh() {
    const { parts, spread, time } = this;
    const ns = Math.round(time * spread.unit);
    parts.time.value = String(spread.span === 0 ? SLIDER_STEPS
      : Math.round((time / spread.span) * SLIDER_STEPS));
    const text = `${durationText(ns)} after publication`;
    parts.time.setAttribute('aria-valuetext', text);
    parts.now.textContent = text;
    parts.now.dataset.ns = String(ns);
    this.tell('reached', spread.reachedBy(time), this.info.nodes - 1);
    this.tell('expected', spread.expectedBy(time), spread.info.expected);
    this.tell('duplicates', spread.countBy('d', time), spread.info.duplicates);
    this.tell('lost', spread.countBy('l', time), spread.countBy('l', Infinity));
    this.tell('control', this.controlBy(time), this.controlBy(Infinity));
    this.picture.colouring = parts.colour.value;
    this.picture.trail = parts.trail.value === 'all' ? Infinity
      : Number(parts.trail.value) * spread.span;
    const began = performance.now();
    this.picture.frame(time);
    parts.canvas.dataset.frameMs = (performance.now() - began).toFixed(2);
    this.drawCurve();
    this.describe();
  }

  // The control messages of the layers that are switched on.
  controlBy(time) {
    if (!this.spread.hasAll) {
      return null;
    }
    return Object.entries(MESSAGE_KINDS).reduce((sum, [layer, kind]) =>
      sum + (this.layers[layer] ? this.spread.countBy('c', time, kind) : 0), 0);
  }

  tell(name, count, total) {
    const element = this.parts[name];
    if (count === null) {
      element.textContent = 'not in this trace';
      element.dataset.count = '';
    } else {
      element.textContent = `${countText(count)} of ${countText(total)}`;
      element.dataset.count = String(count);
    }
  }

  hover(event) {
    if (this.zoom.dragging) {
      return;
    }
    const node = this.picture.nodeNear(event.offsetX, event.offsetY);
    if (node === this.picture.selected) {
      return;
    }
    if (node >= 0 || this.pinned === undefined || this.pinned < 0) {
      this.select(node, false);
    }
    this.parts.tip.hidden = node < 0;
    if (node >= 0) {
      const [x, y] = this.picture.placeOf(node);
      const wide = this.parts.stage.clientWidth;
      this.parts.tip.style.left = `${Math.min(x + 14, wide - 190)}px`;
      this.parts.tip.style.top = `${Math.max(y - 12, 4)}px`;
      this.parts.tip.textContent = this.shortText(node);
    }
  }

  leave() {
    this.parts.tip.hidden = true;
    if (this.pinned >= 0) {
      this.select(this.pinned, false);
    }
  }

  select(node, write) {
    this.picture.selected = node;
    if (write || this.parts.node !== document.activeElement) {
      this.parts.node.value = node < 0 ? '' : String(node);
    }
    this.refresh();
  }

  // Along the order of arrival, and along the way of the message.
  step(key) {
    const { spread, picture } = this;
    const node = picture.selected;
    const nodes = spread.reached.map((i) => spread.columns.node[i]);
    const delivery = node < 0 ? -1 : spread.first[node];
    if (key === 'ArrowUp' && delivery >= 0) {
      const from = nodeAt(spread.columns.from, delivery);
      return from === NOBODY ? node : from;
    }
    if (key === 'ArrowDown' && node >= 0) {
      const child = spread.reached.find((i) => nodeAt(spread.columns.from, i) === node);
      return child === undefined ? node : spread.columns.node[child];
    }
    const place = delivery < 0 ? -1 : spread.reached.indexOf(delivery);
    const next = key === 'ArrowLeft' ? Math.max(place - 1, 0) : place + 1;
    return nodes.length === 0 ? node : nodes[Math.min(next, nodes.length - 1)];
  }

  key(event) {
    const target = event.target;
    if (event.ctrlKey || event.altKey || event.metaKey) {
      return;
    }
    if (event.key === ' ' && (target === this.parts.canvas || target === this.parts.time)) {
      this.toggle();
    } else if (target !== this.parts.canvas) {
      return;
    } else if (this.zoom.key(event)) {
      this.parts.tip.hidden = true;
    } else if (event.key.startsWith('Arrow')) {
      this.pinned = this.step(event.key);
      this.zoom.show(this.pinned);
      this.select(this.pinned, true);
    } else if (event.key === 'Home' || event.key === 'End') {
      this.seek(event.key === 'Home' ? 0 : this.spread.span);
    } else if (event.key === 'PageUp' || event.key === 'PageDown') {
      this.seek(this.time + (event.key === 'PageUp' ? -0.1 : 0.1) * this.spread.span);
    } else if (event.key === 'Escape') {
      this.pinned = -1;
      this.select(-1, true);
    } else {
      return;
    }
    event.preventDefault();
  }

  shortText(node) {
    const delivery = this.spread.first[node];
    if (node === this.spread.info.origin) {
      return `node ${node}: publisher`;
    }
    if (delivery < 0) {
      return `node ${node}: never got it`;
    }
    const columns = this.spread.columns;
    const at = durationText(columns.time[delivery] * this.spread.unit);
    return `node ${node}: ${at}, hop ${columns.hops[delivery]}`;
  }

  // What is known of a node at the present time: pairs of a name and a text.
  detailOf(node) {
    const { spread, info, network, time } = this;
    const rows = [['node', String(node)]];
    if (info.regions.length > 0) {
      rows.push(['region', info.regions[network.region[node]] || 'none']);
    }
    if (info.groups.length > 1) {
      rows.push(['group', info.groups[network.group[node]]]);
    }
    if (spread.columns.role !== undefined && spread.columns.role[node] !== 0) {
      const names = info.roles.filter((_, bit) => (spread.columns.role[node] >>> bit) & 1);
      rows.push(['role', names.join(', ')]);
    }
    rows.push(['links', String(network.degree[node])]);
    const mesh = spread.meshAt(node, time);
    rows.push(['mesh', mesh === null ? 'not in this trace'
      : `${mesh.length} of ${spread.info.topic}: ${mesh.slice(0, 16).join(', ')}` +
        (mesh.length > 16 ? ', …' : '')]);
    rows.push(...this.arrivalRows(node));
    const copies = spread.duplicatesAt(node);
    if (copies === null) {
      rows.push(['duplicates', 'not in this trace']);
    } else {
      const soFar = copies.filter((i) => spread.columns.dtime[i] <= time).length;
      rows.push(['duplicates', `${soFar} so far, ${copies.length} in the end`]);
    }
    return rows;
  }

  arrivalRows(node) {
    const { spread, time } = this;
    const columns = spread.columns;
    const delivery = spread.first[node];
    if (node === spread.info.origin) {
      return [['message', 'published here'], ['passed on', `first to ${spread.children[node]}`]];
    }
    if (delivery < 0) {
      return [['message', 'never arrived']];
    }
    const from = nodeAt(columns.from, delivery);
    const flags = columns.flags[delivery];
    return [
      ['arrival', durationText(columns.time[delivery] * spread.unit) +
        (columns.time[delivery] > time ? ', not yet' : '') +
        (flags & 1 ? '' : ', not among those expected')],
      ['hop', String(columns.hops[delivery])],
      ['from', (from === NOBODY ? 'nobody' : `node ${from}`) +
        (flags & 2 ? ', asked for (IWANT)' : ', pushed')],
      ['passed on', `first to ${spread.children[node]}`],
    ];
  }

  describe() {
    const { detail } = this.parts;
    const node = this.picture.selected;
    const text = [];
    detail.dataset.node = node < 0 ? '' : String(node);
    if (node < 0) {
      detail.replaceChildren(hint('Point at a node, type its number, or move through nodes with ' +
        'the arrow keys when the picture has the focus.'));
      return;
    }
    for (const [name, value] of this.detailOf(node)) {
      const term = document.createElement('dt');
      const words = document.createElement('dd');
      term.textContent = name;
      words.textContent = value;
      words.dataset.name = name;
      text.push(term, words);
    }
    const list = document.createElement('dl');
    list.append(...text);
    detail.replaceChildren(list);
  }

  // The share reached over time: the whole of it thin, what has happened thick and filled.
  drawCurve() {
    const canvas = this.parts.cdf;
    const ink = this.picture.ink;
    const ratio = this.picture.ratio;
    const [width, height] = [canvas.clientWidth * ratio, canvas.clientHeight * ratio];
    if (canvas.width !== Math.round(width) || canvas.height !== Math.round(height)) {
      canvas.width = Math.round(width);
      canvas.height = Math.round(height);
    }
    const context = canvas.getContext('2d');
    const { reachedTimes: times, span: end } = this.spread;
    const most = Math.max(this.info.nodes - 1, 1);
    const [left, right, top, bottom] = [38 * ratio, width - 8 * ratio, 10 * ratio, height - 22 * ratio];
    const xOf = (time) => left + ((right - left) * time) / (end || 1);
    const yOf = (count) => bottom - ((bottom - top) * count) / most;
    context.clearRect(0, 0, canvas.width, canvas.height);
    context.font = `${11 * ratio}px system-ui, sans-serif`;
    context.fillStyle = context.strokeStyle = ink.dim;
    context.lineWidth = ratio;
    for (const share of [0, 0.5, 1]) {
      context.textAlign = 'right';
      context.fillText(`${100 * share} %`, left - 5 * ratio, yOf(share * most) + 4 * ratio);
      context.globalAlpha = 0.4;
      context.strokeRect(left, yOf(share * most), right - left, 0);
      context.globalAlpha = 1;
    }
    context.textAlign = 'left';
    context.fillText('0', left, height - 6 * ratio);
    context.textAlign = 'right';
    context.fillText(durationText(end * this.spread.unit), right, height - 6 * ratio);
    const line = (count) => {
      context.beginPath();
      context.moveTo(xOf(0), yOf(0));
      const stride = Math.max(1, Math.floor(count / 1500));
      let last = 0;
      for (let i = 0; i < count; i += stride) {
        context.lineTo(xOf(times[i]), yOf(last));
        last = Math.min(i + stride, count);
        context.lineTo(xOf(times[i]), yOf(last));
      }
    };
    line(this.spread.reachedBy(end));
    context.lineTo(xOf(end), yOf(this.spread.reachedBy(end)));
    context.stroke();
    const now = this.spread.reachedBy(this.time);
    line(now);
    context.lineTo(xOf(this.time), yOf(now));
    context.lineWidth = 2.5 * ratio;
    context.strokeStyle = ink.text;
    context.stroke();
    context.lineTo(xOf(this.time), yOf(0));
    context.closePath();
    context.globalAlpha = 0.25;
    context.fillStyle = ink.mesh;
    context.fill();
    context.globalAlpha = 1;
  }

  // What colours mean: a bar with its ends in words, or a list.
  drawScale() {
    const colouring = this.parts.colour.value;
    const scale = this.parts.scale;
    if (colouring === 'region' || colouring === 'group') {
      const names = colouring === 'region' ? this.info.regions : this.info.groups;
      scale.replaceChildren(...names.map((name, index) => {
        const item = document.createElement('span');
        const swatch = document.createElement('i');
        swatch.style.background = QUALITATIVE[index % QUALITATIVE.length];
        item.append(swatch, ` ${name}`);
        return item;
      }));
      return;
    }
    const bar = document.createElement('b');
    const stops = Array.from({ length: 9 }, (_, i) => this.picture.shade(i / 8)).join(', ');
    bar.style.background = `linear-gradient(to right, ${stops})`;
    const last = colouring === 'hops' ? `${this.spread.info.hops_max} hops`
      : durationText(this.spread.span * this.spread.unit);
    scale.replaceChildren(colouring === 'hops' ? '0 hops ' : '0 ', bar, ` ${last}`);
  }
}

function hint(text) {
  const paragraph = document.createElement('p');
  paragraph.className = 'hint';
  paragraph.textContent = text;
  return paragraph;
}

// The network that all messages share; null if the page has none.
function readNetwork() {
  const element = document.getElementById('view-info');
  if (element === null) {
    return null;
  }
  const info = JSON.parse(element.textContent);
  const columns = readColumns('view-network');
  const links = document.getElementById('view-links-data') === null ? null
    : readColumns('view-links-data');
  return {
    info, links, x: columns.x, y: columns.y, wide: info.wide, high: info.high, discs: info.discs,
    region: columns.region, group: columns.group, degree: columns.degree,
  };
}

function beginView() {
  const network = readNetwork();
  if (network === null || network.info.messages.length === 0) {
    return;
  }
  document.getElementById('view').hidden = false;
  window.gossimView = new View(network);
}
