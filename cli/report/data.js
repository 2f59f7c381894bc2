// What the page carries for the animated view: columns of numbers in base64, made typed arrays
// again when they are first needed, and what follows from them.

const NOBODY = 0xffffffff;

// Columns stand one after the other: name (8 bytes), bytes of an item, count, then the items,
// filled up to a multiple of 8. All little-endian, as are the machines that show pages.
function readColumns(id) {
  const element = document.getElementById(id);
  const text = atob(element.textContent.trim());
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) {
    bytes[i] = text.charCodeAt(i);
  }
  const view = new DataView(bytes.buffer);
  const kinds = { 1: Uint8Array, 2: Uint16Array, 4: Uint32Array, 8: Float64Array };
  const columns = {};
  for (let at = 0; at < bytes.length;) {
    const name = String.fromCharCode(...bytes.subarray(at, at + 8)).replace(/\0+$/, '');
    const size = view.getUint32(at + 8, true);
    const count = view.getUint32(at + 12, true);
    columns[name] = new kinds[size](bytes.buffer, at + 16, count);
    at += 16 + Math.ceil((size * count) / 8) * 8;
  }
  return columns;
}

// 65535 stands for nobody where numbers of nodes have two bytes.
function nodeAt(column, index) {
  const number = column[index];
  return column.BYTES_PER_ELEMENT === 2 && number === 0xffff ? NOBODY : number;
}

// How many items of an ascending column are at most `limit`.
function countUpTo(column, limit) {
  let low = 0;
  let high = column.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (column[middle] <= limit) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

// What happened to one message: events of each kind in the order of their times, which count from
// the publication in units of `unit_ns`.
class Spread {
  constructor(info, nodeCount) {
    this.info = info;
    this.unit = info.unit_ns;
    this.columns = readColumns(info.block);
    const columns = this.columns;
    this.end = info.end_ns / this.unit;
    this.first = new Int32Array(nodeCount).fill(-1); // by node: which delivery was its first
    this.children = new Uint32Array(nodeCount); // how many had it first from this node
    this.reached = []; // deliveries that were a node's first
    for (let i = 0; i < columns.time.length; i++) {
      const node = columns.node[i];
      if (node !== info.origin && this.first[node] < 0) {
        this.first[node] = i;
        this.reached.push(i);
        const from = nodeAt(columns.from, i);
        if (from !== NOBODY) {
          this.children[from]++;
        }
      }
    }
    this.reachedTimes = Float64Array.from(this.reached, (i) => columns.time[i]);
    this.duplicatesOf = null;
    this.span = this.spanOf(this.usualSpan());
  }

  // How long the picture goes on: the last copies can come long after the last node has it.
  spanOf(name) {
    const times = this.reachedTimes;
    if (name === 'copies' || times.length === 0) {
      return this.end;
    }
    return times[name === 'most' ? Math.ceil(0.99 * times.length) - 1 : times.length - 1];
  }

  usualSpan() {
    return this.spanOf('all') > 4 * this.spanOf('most') ? 'most' : 'all';
  }

  get hasAll() {
    return this.columns.dtime !== undefined;
  }

  reachedBy(time) {
    return countUpTo(this.reachedTimes, time);
  }

  deliveriesBy(time) {
    return countUpTo(this.columns.time, time);
  }

  expectedBy(time) {
    const flags = this.columns.flags;
    let count = 0;
    for (let i = this.deliveriesBy(time) - 1; i >= 0; i--) {
      count += flags[i] & 1;
    }
    return count;
  }

  // The numbers of duplicates that a node received, and when.
  duplicatesAt(node) {
    const columns = this.columns;
    if (!this.hasAll) {
      return null;
    }
    if (this.duplicatesOf === null) {
      this.duplicatesOf = new Map();
      for (let i = 0; i < columns.dtime.length; i++) {
        const list = this.duplicatesOf.get(columns.dnode[i]);
        if (list === undefined) {
          this.duplicatesOf.set(columns.dnode[i], [i]);
        } else {
          list.push(i);
        }
      }
    }
    return this.duplicatesOf.get(node) || [];
  }

  // Whom a node has in its mesh of the topic at a time; null where the trace does not tell.
  meshAt(node, time) {
    const columns = this.columns;
    if (columns.ma === undefined) {
      return null;
    }
    const peers = new Set();
    for (let i = 0; i < columns.ma.length; i++) {
      if (columns.ma[i] === node && columns.mboth[i] & 1) {
        peers.add(columns.mb[i]);
      } else if (columns.mb[i] === node && columns.mboth[i] & 2) {
        peers.add(columns.ma[i]);
      }
    }
    for (let i = 0; i < columns.gtime.length && columns.gtime[i] <= time; i++) {
      if (columns.gnode[i] === node) {
        if (columns.gjoin[i]) {
          peers.add(columns.gpeer[i]);
        } else {
          peers.delete(columns.gpeer[i]);
        }
      }
    }
    return [...peers].sort((a, b) => a - b);
  }

  // How many at `columns.what` were received up to a time, of those with a kind, if one is given.
  countBy(what, time, kind) {
    const times = this.columns[what + 'time'];
    if (times === undefined) {
      return null;
    }
    const end = countUpTo(times, time);
    if (kind === undefined) {
      return end;
    }
    const kinds = this.columns[what + 'kind'];
    let count = 0;
    for (let i = 0; i < end; i++) {
      count += kinds[i] === kind ? 1 : 0;
    }
    return count;
  }
}

// A duration with three digits.
function durationText(ns) {
  const units = [['s', 1e9], ['ms', 1e6], ['µs', 1e3], ['ns', 1]];
  const size = Math.abs(ns);
  if (size === 0) {
    return '0 ms';
  }
  for (const [name, scale] of units) {
    if (size >= scale || scale === 1) {
      const value = ns / scale;
      const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value) || 1)));
      return value.toFixed(Math.min(digits, 3)) + ' ' + name;
    }
  }
  return '';
}

function countText(count) {
  return count.toLocaleString('en-US');
}
