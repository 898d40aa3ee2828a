// Where answers come from: the server with the real engine, or the grid in the page.

import { Answer, blocksOf, sizeOf } from "./answer.js";
import { Grid } from "./grid.js";

const AGAIN = 4000; // milliseconds after which a server that went away is asked again
const GRID_AGAIN = 1500;

/** Answers to states; tells `changed` when the feed changes. Only the newest question is ever answered. */
export class Feeds {
  constructor(data, changed) {
    this.data = data;
    this.blocks = blocksOf(data.layout);
    this.size = sizeOf(data.layout);
    this.live = data.feed === "live";
    this.lost = 0;
    this.changed = changed;
    this.grid = data.grid ? new Grid(data.grid, data.layout) : null;
    this.asking = null;
    this.next = null;
    if (this.live) this.fetchGrid();
  }

  /** "live", or "grid". */
  get kind() {
    return this.live && !this.lost ? "live" : "grid";
  }

  /**
   * Ask for the answer at a state. `done(answer, state)` is called for the newest question only: while one is
   * under way, later ones replace each other. `failed(words)` gets a sentence of the server's.
   */
  ask(state, done, failed) {
    if (this.live && (!this.lost || Date.now() - this.lost > AGAIN)) {
      this.next = { state, done, failed };
      if (!this.asking) this.askNext();
    } else this.fromGrid(state, done, failed);
  }

  async askNext() {
    while (this.next) {
      const { state, done, failed } = (this.asking = this.next);
      this.next = null;
      const result = await this.fetchAnswer(state);
      if (this.next) continue;
      if (result.vector) {
        this.restored();
        done(new Answer(result.vector, this.blocks, "live"), state);
      } else if (result.words) {
        this.restored();
        failed(result.words);
      } else {
        this.lose();
        this.fromGrid(state, done, failed);
      }
    }
    this.asking = null;
  }

  async fetchAnswer(state) {
    const { version, page } = this.data;
    const { scenario, uncertainty, seed, values } = state;
    const body = JSON.stringify({ version, page: page.name, scenario, uncertainty, seed, values });
    try {
      const headers = { "content-type": "application/json" };
      const response = await fetch("/run", { method: "POST", headers, body });
      if (!response.ok) return { words: (await response.json()).error };
      const vector = new Float32Array(await response.arrayBuffer());
      return vector.length === this.size ? { vector } : {};
    } catch {
      return {};
    }
  }

  async fromGrid(state, done, failed) {
    if (!this.grid) {
      failed(null);
      return;
    }
    this.newest = state;
    await this.grid.unpack();
    if (this.newest === state) done(new Answer(this.grid.at(state), this.blocks, "grid"), state);
  }

  async fetchGrid() {
    try {
      const response = await fetch(`/grid?page=${encodeURIComponent(this.data.page.name)}`);
      if (response.status === 200) {
        this.grid = new Grid(await response.json(), this.data.layout);
        this.changed(this.kind);
      } else if (response.status === 202) setTimeout(() => this.fetchGrid(), GRID_AGAIN);
    } catch {
      setTimeout(() => this.fetchGrid(), AGAIN);
    }
  }

  lose() {
    const before = this.kind;
    this.lost = Date.now();
    if (before !== this.kind) this.changed(this.kind);
  }

  restored() {
    const before = this.kind;
    this.lost = 0;
    if (before !== this.kind) this.changed(this.kind);
  }
}
