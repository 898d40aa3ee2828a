// The grid of a page: answers computed beforehand at some positions of the levers, read in between by
// multilinear interpolation. The engine is not here: these are its numbers.

/** A lazy grid: unpacked at first use. */
export class Grid {
  constructor(packed, layout) {
    Object.assign(this, packed);
    this.layout = layout;
    this.numbers = null;
  }

  /** Unpack the numbers; see app/grid.py for how they were packed. */
  async unpack() {
    this.numbers ??= await unpacked(this.data, this.size);
    return this;
  }

  /** What of a state the grid cannot show, as names of levers or words of the state; empty where it can. */
  lacks(state) {
    const names = new Set(this.axes.map((axis) => axis.name));
    const missing = Object.keys(state.values).filter((name) => !names.has(name));
    for (const word of ["scenario", "uncertainty"]) {
      const axis = this.axes.find(({ name }) => name === word);
      if (axis && !axis.options.includes(state[word])) missing.push(word);
      if (!axis && state[word] !== state.opening[word]) missing.push(word);
    }
    if (state.seed !== this.seed) missing.push("seed");
    return missing;
  }

  /** The vector at a state; everything that the grid lacks stays as at the opening. */
  at(state) {
    const corners = this.corners(state);
    const vector = new Float32Array(this.size);
    let start = 0;
    this.layout.forEach(({ shape }, place) => {
      const [low, high] = this.blocks[place];
      const stop = start + shape.reduce((product, length) => product * length, 1);
      for (const { point, weight } of corners) {
        const scale = (weight * (high - low)) / 65535;
        const from = point * this.size;
        for (let i = start; i < stop; i += 1) vector[i] += scale * this.numbers[from + i];
      }
      for (let i = start; i < stop; i += 1) vector[i] += low;
      start = stop;
    });
    return vector;
  }

  /** The grid points around a state, each with its weight; the weights sum to 1. */
  corners(state) {
    let corners = [{ point: 0, weight: 1 }];
    for (const axis of this.axes) {
      const steps = axis.options ? exact(axis.options, state[axis.name]) : between(axis.values, state.values[axis.name]);
      const length = (axis.options ?? axis.values).length;
      corners = corners.flatMap(({ point, weight }) =>
        steps.map((step) => ({ point: point * length + step.place, weight: weight * step.weight })),
      );
    }
    return corners.filter(({ weight }) => weight > 0);
  }
}

function exact(options, word) {
  return [{ place: Math.max(options.indexOf(word), 0), weight: 1 }];
}

function between(values, value) {
  const inside = Math.min(Math.max(value ?? values[0], values[0]), values.at(-1));
  let place = 0;
  while (place < values.length - 2 && inside > values[place + 1]) place += 1;
  if (values.length === 1) return [{ place: 0, weight: 1 }];
  const part = (inside - values[place]) / (values[place + 1] - values[place]);
  return [
    { place, weight: 1 - part },
    { place: place + 1, weight: part },
  ];
}

async function unpacked(text, size) {
  const packed = Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  const count = bytes.length / 2;
  const points = new Uint16Array(count);
  let last = 0;
  for (let i = 0; i < count; i += 1) {
    if (i % size === 0) last = 0;
    last = (last + (bytes[i] << 8) + bytes[count + i]) & 65535;
    points[i] = last;
  }
  return points;
}
