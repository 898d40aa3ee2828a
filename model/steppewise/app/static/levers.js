// Levers and assumptions: sliders with unit, range, evidence class and the passage behind each.

import { el } from "./dom.js";
import { number, say } from "./texts.js";

/** The sliders of a page. `moved(name, value)` is called while one moves, `settled()` when it is let go. */
export class Levers {
  constructor(data, handlers) {
    this.handlers = handlers;
    this.rows = new Map();
    this.decimals = new Map();
    const { levers, more } = data.page;
    const main = levers.filter(({ kind }) => kind === "lever");
    const assumed = levers.filter(({ kind }) => kind === "assumption");
    this.node = el("div", { class: "levers" });
    if (main.length) this.node.append(this.group("levers", main, true));
    if (assumed.length) this.node.append(this.group("assumptions", assumed, true));
    this.extra = el("div", { class: "more" });
    if (more.length) this.extra.append(...this.folded(more, data.powers));
    this.node.append(this.extra);
  }

  group(key, levers, held) {
    const rows = levers.map((lever) => this.row(lever, held));
    return el("fieldset", {}, el("legend", {}, say(key)), el("p", { class: "hint" }, say(`${key}-hint`)), ...rows);
  }

  folded(more, powers) {
    const parts = powers.map(({ name, label }) => [say("levers-of", { power: label }), more.filter(({ power }) => power === name)]);
    parts.push([say("assumptions"), more.filter(({ kind }) => kind === "assumption")]);
    const folds = parts.filter(([, levers]) => levers.length).map(([title, levers]) =>
      el("details", { class: "fold" }, el("summary", {}, title), ...levers.map((lever) => this.row(lever, false))),
    );
    return [el("h3", {}, say("more-levers")), el("p", { class: "hint" }, say("more-hint")), ...folds];
  }

  row(lever, held) {
    const id = `lever-${lever.name.replaceAll(/[^a-z0-9]/gi, "-")}`;
    const input = el("input", {
      type: "range",
      id,
      min: lever.low,
      max: lever.high,
      step: lever.step,
      oninput: () => this.handlers.moved(lever.name, Number(input.value)),
      onchange: () => this.handlers.settled(),
    });
    const output = el("output", { for: id });
    const release = held ? null : el("button", { type: "button", class: "quiet", onclick: () => this.handlers.released(lever.name) }, say("release"));
    const row = { lever, input, output, release, decimals: decimalsOf(lever.step) };
    this.rows.set(lever.name, row);
    const ends = el("div", { class: "ends", "aria-hidden": "true" }, el("span", {}, number(lever.low, row.decimals)), el("span", {}, number(lever.high, row.decimals)));
    return el("div", { class: "lever" }, el("div", { class: "head" }, el("label", { for: id }, lever.label), output), input, ends, release, about(lever, row.decimals));
  }

  /** Show where all sliders stand. */
  show(state) {
    for (const [name, { lever, input, output, release, decimals }] of this.rows) {
      const set = name in state.values;
      const value = set ? state.values[name] : lever.value;
      if (Number(input.value) !== value) input.value = value;
      const words = set ? `${number(value, decimals)} ${lever.unit}` : drawn(lever, decimals);
      output.textContent = words;
      input.setAttribute("aria-valuetext", words);
      input.classList.toggle("untouched", !set);
      if (release) release.hidden = !set;
    }
  }

  /** Close or open all sliders: a lesson asks for a guess first. */
  enable(open, live) {
    for (const { input } of this.rows.values()) input.disabled = !open;
    this.extra.hidden = !live;
  }
}

function drawn({ drawn: [low, high], value, unit }, decimals) {
  return low === high ? `${number(value, decimals)} ${unit}` : say("drawn", { low: number(low, decimals + 1), high: number(high, decimals + 1), unit });
}

function decimalsOf(step) {
  return Math.max(0, Math.min(6, Math.ceil(-Math.log10(step) - 1e-9)));
}

function about(lever, decimals) {
  const fact = (key, words) => (words ? [el("dt", {}, say(key)), el("dd", {}, words)] : []);
  const [low, high] = lever.drawn;
  const range = low === high ? say("exact") : `${number(low, 4)} – ${number(high, 4)} ${lever.unit}`;
  return el(
    "details",
    { class: "about" },
    el("summary", {}, el("span", { class: `class ${lever.evidence}` }), say("where-from", { class: say(`class-${lever.evidence}`) })),
    el("p", {}, `${lever.meaning}.`),
    lever.passage ? el("blockquote", {}, `“${lever.passage}”`) : null,
    el("dl", {}, ...fact("fact-value", `${number(lever.value, decimals + 2)} ${lever.unit}`), ...fact("fact-range", range), ...fact("fact-source", lever.source), ...fact("fact-reason", lever.reason), ...fact("fact-name", lever.name)),
  );
}
