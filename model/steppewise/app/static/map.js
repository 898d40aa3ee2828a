// The map: who leads where at the end, and in how many worlds.

import { el, svg } from "./dom.js";
import { text } from "./chart.js";
import { say } from "./texts.js";

const HALF = 0.5;

/** Draws the states in the colour of the power that leads in most worlds; hatched where none does. */
export class LeadersMap {
  constructor(data) {
    this.data = data;
    this.node = svg("svg", { role: "img", class: "map" });
    this.list = el("ul", { class: "leaders" });
  }

  /** Draw an answer at a width in pixels. */
  draw(answer, width) {
    const { map, states } = this.data;
    const scale = width / map.width;
    const found = states.map((state, at) => this.leader(answer, at));
    const shapes = [
      ...map.neighbours.map(({ path }) => svg("path", { d: path, fill: "#eeece6", stroke: "#b8b4aa", "stroke-width": 0.8, "vector-effect": "non-scaling-stroke" })),
      ...map.states.map(({ path }, at) => svg("path", { d: path, ...fillOf(found[at]), stroke: "#ffffff", "stroke-width": 1.5, "vector-effect": "non-scaling-stroke" })),
    ];
    const narrow = width < 480;
    const neighbours = narrow ? [] : map.neighbours.filter(({ at }) => at).map(({ label, at }) => written(at, scale, [label], "#55534e", 12));
    const names = map.states.map(({ name, at }, place) => {
      const state = states.find((one) => one.name === name);
      const shown = narrow ? [state.label.slice(0, 3)] : [state.label, short(found[place])];
      return written(at, scale, shown, "#1d1d1b", narrow ? 13 : 14);
    });
    const size = { viewBox: `0 0 ${width} ${map.height * scale}`, width, height: map.height * scale };
    for (const [name, value] of Object.entries(size)) this.node.setAttribute(name, value);
    const sea = svg("rect", { width, height: map.height * scale, fill: "#e6edf0" });
    this.node.replaceChildren(hatching(), sea, svg("g", { transform: `scale(${scale})` }, ...shapes), ...neighbours, ...names);
    this.node.setAttribute("aria-label", say("map-of", { states: found.map((one, at) => `${states[at].label}: ${words(one)}`).join("; ") }));
    this.list.replaceChildren(...found.map((one, at) => this.row(states[at], one)));
  }

  /** Who leads a state in most worlds: {power, part}; power null where nobody leads in more than half. */
  leader(answer, state) {
    const parts = Array.from(answer.read("leads", state)).slice(0, this.data.powers.length);
    const best = parts.indexOf(Math.max(...parts));
    return { power: parts[best] > HALF ? this.data.powers[best] : null, first: this.data.powers[best], part: parts[best] };
  }

  row(state, found) {
    const bar = el("span", { class: "swatch" });
    bar.style.background = found.power ? found.power.colour : "repeating-linear-gradient(45deg,#fff 0 3px,#55534e 3px 5px)";
    return el("li", {}, bar, el("strong", {}, state.label), ` ${words(found)}`);
  }
}

function words({ power, first, part }) {
  const worlds = Math.round(100 * part);
  return power ? say("leads", { power: power.label, worlds }) : say("leads-open", { power: first.label, worlds });
}

function short({ power, part }) {
  return power ? say("leads-short", { power: power.label, worlds: Math.round(100 * part) }) : say("leads-nobody");
}

function fillOf({ power, part }) {
  return power ? { fill: power.colour, "fill-opacity": 0.3 + 0.6 * (2 * part - 1) } : { fill: "url(#hatched)" };
}

function written(at, scale, lines, colour, size) {
  const [x, y] = at.map((place) => place * scale);
  const look = { "text-anchor": "middle", fill: colour, stroke: "#ffffff", "stroke-width": 3.5, "paint-order": "stroke", "stroke-linejoin": "round" };
  return svg("g", {}, ...lines.map((words_, i) => text(x, y + i * (size + 2), words_, { ...look, "font-size": size - (i ? 1 : 0), "font-weight": i ? 400 : 650 })));
}

function hatching() {
  const stripe = svg("path", { d: "M0 8L8 0", stroke: "#55534e", "stroke-width": 1.5 });
  const pattern = svg("pattern", { id: "hatched", width: 8, height: 8, patternUnits: "userSpaceOnUse" }, svg("rect", { width: 8, height: 8, fill: "#ffffff" }), stripe);
  return svg("defs", {}, pattern);
}
