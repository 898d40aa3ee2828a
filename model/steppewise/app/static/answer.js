// One answer: a vector of numbers, and how to read it.

/** The blocks of an answer by name: where each starts, and its shape. */
export function blocksOf(layout) {
  const blocks = {};
  let start = 0;
  for (const { name, shape } of layout) {
    const size = shape.reduce((product, length) => product * length, 1);
    blocks[name] = { start, shape, size };
    start += size;
  }
  return blocks;
}

/** How many numbers an answer has. */
export function sizeOf(layout) {
  return layout.reduce((sum, { shape }) => sum + shape.reduce((product, length) => product * length, 1), 0);
}

/** An answer: read(block, ...indices) gives a number, or the row along the last axis where one index is missing. */
export class Answer {
  constructor(vector, blocks, feed) {
    this.vector = vector;
    this.blocks = blocks;
    this.feed = feed;
  }

  read(name, ...indices) {
    const { start, shape } = this.blocks[name];
    let place = 0;
    for (let axis = 0; axis < shape.length; axis += 1) place = place * shape[axis] + (indices[axis] ?? 0);
    if (indices.length === shape.length) return this.vector[start + place];
    return this.vector.subarray(start + place, start + place + shape.at(-1));
  }
}
