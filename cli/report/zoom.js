// A part of the picture, enlarged: by wheel and keys, moved by dragging.

const ZOOM_MOST = 60;
const ZOOM_OF_KEY = 1.5;
const ZOOM_OF_PIXEL = 1.002; // of the wheel
const DRAG_LEAST = 4; // pixels; what moves less is a click

// Places are shares of the canvas. At `times` 1 all of it is seen.
class Lens {
  constructor() {
    this.reset();
  }

  reset() {
    this.times = 1;
    this.x = 0.5; // in the middle of what is seen
    this.y = 0.5;
  }

  // Where a place of the whole is seen: both in pixels, of a canvas of that size.
  see(place, middle, size) {
    return (place - middle * size) * this.times + size / 2;
  }

  // Enlarges by a factor; what is seen at (x, y) stays there.
  zoom(factor, x, y) {
    const before = this.times;
    this.times = Math.min(Math.max(before * factor, 1), ZOOM_MOST);
    const nearer = 1 / before - 1 / this.times;
    this.move((x - 0.5) * nearer, (y - 0.5) * nearer);
  }

  // Looks further to the right and down, never beyond the edge.
  move(x, y) {
    const room = 0.5 / this.times;
    const within = (place) => Math.min(Math.max(place, room), 1 - room);
    this.x = within(this.x + x);
    this.y = within(this.y + y);
  }
}

// What changes the lens of a view.
class Zoom {
  constructor(view) {
    this.view = view;
    this.lens = view.picture.lens;
    this.canvas = view.parts.canvas;
    this.drag = { held: false, moved: false };
    // The page scrolls past a picture that nobody has clicked on, and one that is shown whole.
    this.canvas.addEventListener('wheel', (event) => {
      const meant = event.ctrlKey || document.activeElement === this.canvas;
      if (meant && (event.deltaY < 0 || this.lens.times > 1)) {
        event.preventDefault();
        const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
        this.zoom(ZOOM_OF_PIXEL ** (-event.deltaY * lines),
          event.offsetX / this.canvas.clientWidth, event.offsetY / this.canvas.clientHeight);
      }
    }, { passive: false });
    this.canvas.addEventListener('pointerdown', (event) => this.take(event));
    this.canvas.addEventListener('pointermove', (event) => this.pull(event));
    for (const name of ['pointerup', 'pointercancel']) {
      this.canvas.addEventListener(name, () => {
        this.drag.held = false;
      });
    }
  }

  take(event) {
    this.drag = {
      held: event.button === 0 && this.lens.times > 1, moved: false,
      x: event.clientX, y: event.clientY,
    };
    if (this.drag.held) {
      this.canvas.setPointerCapture(event.pointerId);
    }
  }

  pull(event) {
    const drag = this.drag;
    const [x, y] = [event.clientX - drag.x, event.clientY - drag.y];
    if (!drag.held || (!drag.moved && Math.hypot(x, y) < DRAG_LEAST)) {
      return;
    }
    const { clientWidth: wide, clientHeight: high } = this.canvas;
    this.lens.move(-x / wide / this.lens.times, -y / high / this.lens.times);
    Object.assign(drag, { moved: true, x: event.clientX, y: event.clientY });
    this.changed();
  }

  // Whether the pointer moves the picture, and is not about a node.
  get dragging() {
    return this.drag.held && this.drag.moved;
  }

  zoom(factor, x, y) {
    this.lens.zoom(factor, x, y);
    this.changed();
  }

  reset() {
    this.lens.reset();
    this.changed();
  }

  // A key of the picture; false if it is none of these.
  key(event) {
    const parts = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    if (event.key === '+' || event.key === '=') {
      this.zoom(ZOOM_OF_KEY, ...this.middle());
    } else if (event.key === '-' || event.key === '−') {
      this.zoom(1 / ZOOM_OF_KEY, ...this.middle());
    } else if (event.key === '0') {
      this.reset();
    } else if (event.shiftKey && parts[event.key] !== undefined) {
      const [x, y] = parts[event.key];
      this.lens.move(x / 5 / this.lens.times, y / 5 / this.lens.times);
      this.changed();
    } else {
      return false;
    }
    return true;
  }

  // What keys enlarge stays in sight: the node looked at, or what is in the middle.
  middle() {
    const node = this.view.picture.selected;
    return node < 0 ? [0.5, 0.5] : this.placeOf(node);
  }

  placeOf(node) {
    const [x, y] = this.view.picture.placeOf(node);
    return [x / this.canvas.clientWidth, y / this.canvas.clientHeight];
  }

  // Brings a node into sight.
  show(node) {
    if (node < 0) {
      return;
    }
    const [x, y] = this.placeOf(node);
    if (Math.min(x, y, 1 - x, 1 - y) < 0) {
      this.lens.move((x - 0.5) / this.lens.times, (y - 0.5) / this.lens.times);
      this.view.settle();
      this.changed();
    }
  }

  changed() {
    const enlarged = this.lens.times > 1;
    this.canvas.dataset.zoom = this.lens.times.toFixed(2);
    this.canvas.style.cursor = enlarged ? 'grab' : '';
    this.canvas.style.touchAction = enlarged ? 'none' : '';
    this.view.parts.tip.hidden = true;
    this.view.resize();
  }
}
