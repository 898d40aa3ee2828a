// Where answers come from: the server with the real engine, or the grid in the page.

import { Answer, blocksOf, sizeOf } from "./answer.js";
import { Grid } from "./grid.js";
import { say } from "./texts.js";

const AGAIN = 4000; // milliseconds after which a server that went away is asked again
const GRID_AGAIN = 1500;
const KEPT = 64; // answers kept in the page: undo and the way back need no server

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
    this.kept = new Map();
    this.answered = new Set();
    this.before = null;
    if (this.live) this.fetchGrid();
  }

  /** "live", or "grid". */
  get kind() {
    return this.live && !this.lost ? "live" : "grid";
  }

  /**
   * Ask for the answer at a state. `done(answer, state)` is called for the newest question only: while one is
   * under way, later ones replace each other. Until the server has answered, the grid stands in where it can, which
   * `done` is told by a third argument. `failed(words)` gets a sentence of the server's.
   */
  ask(state, done, failed) {
    if (this.live && (!this.lost || Date.now() - this.lost > AGAIN)) {
      this.next = { state, done, failed };
      this.standIn(state, done);
      if (!this.asking) this.askNext();
    } else this.fromGrid(state, done, failed);
  }

  standIn(state, done) {
    if (!this.grid?.numbers || this.answered.has(keyOf(state)) || this.grid.lacks(state).length) return;
    done(new Answer(this.grid.at(state), this.blocks, "grid"), state, true);
  }

  async askNext() {
    while (this.next) {
      const { state, done, failed } = (this.asking = this.next);
      this.next = null;
      const result = await this.known(state);
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
    this.lookAhead();
  }

  /** An answer kept, under way, or fetched. */
  known(state, ahead = false) {
    const key = keyOf(state);
    // What was asked ahead may have been turned away; what is asked in earnest is then asked again.
    const again = (result) => (result.vector || ahead ? result : this.fetchAnswer(state, false));
    const found = this.kept.get(key)?.then(again) ?? this.fetchAnswer(state, ahead);
    found.then(({ vector }) => (vector ? this.answered.add(key) : this.kept.delete(key)));
    this.kept.delete(key);
    this.kept.set(key, found);
    if (this.kept.size > KEPT) this.forget(this.kept.keys().next().value);
    if (!ahead) [this.before, this.now] = [this.now, state];
    return found;
  }

  forget(key) {
    this.kept.delete(key);
    this.answered.delete(key);
  }

  /** While nobody waits, ask for where the lever goes next if it goes on as it went. The server does so when idle. */
  lookAhead() {
    const { before, now } = this;
    if (!before || this.kind !== "live" || before.scenario !== now.scenario || before.seed !== now.seed) return;
    const moved = Object.keys(now.values).filter((name) => now.values[name] !== before.values[name]);
    const lever = [...this.data.page.levers, ...this.data.page.more].find(({ name }) => name === moved[0]);
    if (moved.length !== 1 || !(lever.name in before.values)) return;
    const wanted = 2 * now.values[lever.name] - before.values[lever.name];
    const step = Math.round((wanted - lever.low) / lever.step);
    const value = Number((lever.low + step * lever.step).toPrecision(12));
    if (value < lever.low || value > lever.high || value === now.values[lever.name]) return;
    this.known({ ...now, values: { ...now.values, [lever.name]: value } }, true);
  }

  async fetchAnswer(state, ahead) {
    const { version, page } = this.data;
    const { scenario, uncertainty, seed, values } = state;
    const body = JSON.stringify({ version, page: page.name, scenario, uncertainty, seed, values, ahead });
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
    if (!this.grid || typeof DecompressionStream === "undefined") {
      failed(this.grid ? say("no-unpack") : null);
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
        this.grid = await new Grid(await response.json(), this.data.layout).unpack();
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

function keyOf({ scenario, uncertainty, seed, values }) {
  return JSON.stringify([scenario, uncertainty, seed, Object.entries(values).sort()]);
}
