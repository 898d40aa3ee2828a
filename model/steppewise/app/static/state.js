// What the levers stand at: the state of the page, its history, and the link that restores it.

/** The opening: the first scenario, the first uncertainty, the main levers at their values, nothing else touched. */
export function openingOf(page) {
  const values = Object.fromEntries(page.levers.map(({ name, value }) => [name, value]));
  const opening = { scenario: page.scenarios[0].name, uncertainty: page.uncertainties[0], seed: page.seed, values };
  return opening;
}

/** A state as the feeds want it: it knows the opening. */
export function withOpening(state, opening) {
  return { ...state, values: { ...state.values }, opening };
}

/** The values of a state under another scenario: a lever that stands where its scenario has it moves along. */
export function valuesUnder(scenario, state, page) {
  const valuesOf = (wanted) => page.scenarios.find(({ name }) => name === wanted)?.values ?? {};
  const [before, after] = [valuesOf(state.scenario), valuesOf(scenario ?? state.scenario)];
  const moved = Object.entries(state.values).map(([name, value]) => [name, value === before[name] ? after[name] : value]);
  return Object.fromEntries(moved);
}

export function equalStates(one, other) {
  return toHash(one, "", {}) === toHash(other, "", {});
}

/** True where nothing but the main levers' opening values is set. */
export function isOpening(state) {
  return equalStates(state, state.opening);
}

/** The state as the part of a link after '#'. */
export function toHash(state, version, view) {
  const parts = [
    ["v", version],
    ["scenario", state.scenario],
    ["uncertainty", state.uncertainty],
    ["seed", state.seed],
    ...Object.entries(view),
    ...Object.entries(state.values).sort().map(([name, value]) => [`set.${name}`, value]),
  ];
  return parts.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join("&");
}

/**
 * A state and a view from a link. What no longer exists is left out, what is out of range moved to the nearest that is,
 * and each is told: {state, view, told: [{key, ...}]}. A main lever that the link does not name is where its scenario has it.
 */
export function fromHash(hash, page, opening, version) {
  const state = withOpening(opening, opening);
  const set = {};
  const view = {};
  const told = [];
  const known = new Map([...page.levers, ...page.more].map((lever) => [lever.name, lever]));
  for (const [name, text] of new URLSearchParams(hash.replace(/^#/, "").replaceAll("+", "%2B"))) {
    if (name === "v") {
      if (text && text !== version) told.push({ key: "link-version", version: text, own: version });
    } else if (name === "scenario") {
      if (page.scenarios.some((scenario) => scenario.name === text)) state.scenario = text;
      else told.push({ key: "link-scenario", name: text, kept: state.scenario });
    } else if (name === "uncertainty") {
      if (page.uncertainties.includes(text)) state.uncertainty = text;
      else told.push({ key: "link-word", name: text, kept: state.uncertainty });
    } else if (name === "seed") {
      if (/^\d{1,9}$/.test(text)) state.seed = Number(text);
      else told.push({ key: "link-word", name: text, kept: state.seed });
    } else if (name.startsWith("set.")) {
      take(known.get(name.slice(4)), name.slice(4), text, set, told);
    } else if (["view", "power", "single"].includes(name)) view[name] = text;
  }
  state.values = { ...page.scenarios.find(({ name }) => name === state.scenario).values, ...set };
  return { state, view, told };
}

function take(lever, name, text, set, told) {
  const value = Number(text);
  if (!lever) told.push({ key: "link-lever", name });
  else if (text.trim() === "" || !Number.isFinite(value)) told.push({ key: "link-word", name: text, kept: lever.label });
  else {
    set[name] = Math.min(Math.max(value, lever.low), lever.high);
    if (set[name] !== value) told.push({ key: "link-range", name: lever.label, value: text, kept: set[name] });
  }
}

/** States to go back to. */
export class History {
  constructor(first) {
    this.past = [];
    this.present = first;
  }

  /** Note a state that the pupil has settled on. */
  note(state) {
    if (equalStates(state, this.present)) return;
    this.past.push(this.present);
    this.present = state;
  }

  /** The state before, or null. */
  undo() {
    if (!this.past.length) return null;
    this.present = this.past.pop();
    return this.present;
  }
}
