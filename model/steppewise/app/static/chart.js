// The chart: medians and bands of worlds over time, the opening as a ghost line, single worlds on request.

import { svg } from "./dom.js";
import { number, say } from "./texts.js";
import { fanOf, highest, isMoney, seriesOf } from "./views.js";

const FONT = "system-ui, -apple-system, 'Segoe UI', Helvetica, Arial, 'DejaVu Sans', sans-serif";
const INK = "#1d1d1b";
const QUIET = "#55534e";
const RULE = "#d9d6cf";
const NICE = [1, 2, 2.5, 5, 10];
const TICKS = 5;
const LINE = 17; // pixels between labels at the ends of lines

/** Draws answers into an SVG of its own and keeps the scale from jumping while a lever moves. */
export class Chart {
  constructor(data) {
    this.data = data;
    this.node = svg("svg", { role: "img", class: "chart", "font-family": FONT });
    this.top = {};
    this.startAnew = false; // whether the scale is as at the opening once that is shown again
  }

  /** Draw: {view, power, single, answer, moved, opening (an answer), ghost (whether to draw it)} at a width in pixels. */
  draw(picture, width) {
    const { view, power, answer, opening, ghost } = picture;
    if (this.startAnew && !picture.moved) [this.top, this.startAnew] = [{}, false];
    const narrow = width < 560;
    const height = Math.round(Math.min(Math.max(width * 0.56, 300), 470));
    const box = { left: narrow ? 54 : 60, right: narrow ? 104 : 132, top: 30, bottom: 34, width, height, narrow };
    const series = seriesOf(view, this.data, power);
    const top = this.ceiling(view === "promises" ? `${view} ${power}` : view, highest([answer, opening], series), isMoney(view));
    const x = (time) => box.left + ((width - box.left - box.right) * time) / Math.max(this.data.quarters.length - 1, 1);
    const y = (value) => height - box.bottom - ((height - box.top - box.bottom) * value) / top;
    const parts = [
      svg("rect", { width, height, fill: "#ffffff" }),
      ...this.axes(box, top, x, y, view),
      ...series.flatMap((one) => this.bands(one, picture, x, y)),
      ...(ghost ? series.map((one) => this.ghost(one, opening, x, y)) : []),
      ...series.map((one) => this.line(one, answer, x, y)),
      ...this.labels(series, answer, box, y),
    ];
    this.node.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.node.setAttribute("width", width);
    this.node.setAttribute("height", height);
    this.node.replaceChildren(...parts);
  }

  /** The top of the scale: it grows with what is shown, and shrinks only where far too large. */
  ceiling(view, value, money) {
    const wanted = nice((Math.max(value, money ? 0.1 : 0.02) * 1.04) / TICKS) * TICKS;
    const before = this.top[view] ?? 0;
    if (wanted > before || wanted < 0.4 * before) this.top[view] = wanted;
    return money ? this.top[view] : Math.min(this.top[view], 1);
  }

  axes(box, top, x, y, view) {
    const { quarters } = this.data;
    const parts = [text(8, 17, say(`axis-${view}`), { "font-weight": 600, fill: INK })];
    const step = top / TICKS;
    for (let i = 0; i <= TICKS; i += 1) {
      const value = i * step;
      const words = isMoney(view) ? number(value, 2) : `${number(100 * value, 1)}${i === TICKS ? " %" : ""}`;
      parts.push(svg("line", { x1: box.left, x2: box.width - box.right, y1: y(value), y2: y(value), stroke: i ? RULE : "#9a978f" }));
      parts.push(text(box.left - 6, y(value) + 4.5, words, { "text-anchor": "end", fill: QUIET }));
    }
    const years = quarters.flatMap((quarter, time) => (quarter.endsWith("Q1") ? [[Number(quarter.slice(0, 4)), time]] : []));
    const every = [1, 2, 5, 10, 20].find((years_) => years.length / years_ <= (box.narrow ? 5 : 9)) ?? 50;
    for (const [year, time] of years.filter(([year_]) => year_ % every === 0)) {
      parts.push(svg("line", { x1: x(time), x2: x(time), y1: y(0), y2: y(0) + 5, stroke: "#9a978f" }));
      parts.push(text(x(time), y(0) + 21, String(year), { "text-anchor": "middle", fill: QUIET }));
    }
    return parts;
  }

  bands(one, { answer, single, view }, x, y) {
    const colour = one.look.colour;
    const fan = fanOf(answer, one);
    const alone = view === "autonomy" || view === "promises";
    if (single && one.single !== null && (one.chosen || alone)) return this.single(one, answer, x, y);
    const strong = one.chosen || alone;
    if (one.look.hollow && !strong) {
      const edge = (values) => svg("path", { d: line(values, x, y), fill: "none", stroke: colour, "stroke-width": 1, "stroke-opacity": 0.5 });
      return [edge(fan.low), edge(fan.high)];
    }
    const outer = svg("path", { d: band(fan.low, fan.high, x, y), fill: colour, "fill-opacity": strong ? 0.2 : 0.1 });
    const inner = svg("path", { d: band(fan.quarter, fan.threeQuarters, x, y), fill: colour, "fill-opacity": strong ? 0.3 : 0.12 });
    return [outer, inner];
  }

  single(one, answer, x, y) {
    const count = this.data.layout.find(({ name }) => name === "worlds").shape[0];
    return Array.from({ length: count }, (_, world) =>
      svg("path", {
        d: line(answer.read("worlds", world, one.single), x, y),
        fill: "none",
        stroke: one.look.stroke,
        "stroke-width": 1,
        "stroke-opacity": 0.55,
      }),
    );
  }

  ghost(one, opening, x, y) {
    return svg("path", {
      d: line(fanOf(opening, one).median, x, y),
      class: "ghost",
      fill: "none",
      stroke: one.look.stroke,
      "stroke-width": one.chosen ? 2 : 1.5,
      "stroke-opacity": 0.75,
      "stroke-dasharray": "1 5",
      "stroke-linecap": "round",
    });
  }

  line(one, answer, x, y) {
    return svg("path", {
      d: line(fanOf(answer, one).median, x, y),
      class: "median",
      fill: "none",
      stroke: one.look.stroke,
      "stroke-width": one.chosen ? 3.4 : 2,
      "stroke-dasharray": one.look.dashes.map((part) => 2 * part).join(" ") || null,
      "stroke-linejoin": "round",
    });
  }

  labels(series, answer, box, y) {
    const ends = series.map((one) => ({ one, at: y(fanOf(answer, one).median.at(-1)) }));
    ends.sort((a, b) => a.at - b.at);
    const places = apart(ends.map(({ at }) => at), LINE, box.top, box.height - box.bottom);
    const left = box.width - box.right + 8;
    return ends.flatMap(({ one, at }, i) => {
      const colour = { fill: one.look.ink, "font-weight": one.chosen ? 700 : 500 };
      const tie = svg("line", { x1: left - 7, x2: left - 1, y1: at, y2: places[i], stroke: one.look.stroke });
      return [tie, text(left + 2, places[i] + 4.5, one.label, colour)];
    });
  }
}

/** Places as near to the wanted ones as can be, in order, at least `gap` apart, between low and high. */
export function apart(wanted, gap, low, high) {
  const places = wanted.map((place) => Math.min(Math.max(place, low), high));
  for (let i = 1; i < places.length; i += 1) places[i] = Math.max(places[i], places[i - 1] + gap);
  let ceiling = high;
  for (let i = places.length - 1; i >= 0; i -= 1) {
    places[i] = Math.min(places[i], ceiling);
    ceiling = places[i] - gap;
  }
  return places;
}

function nice(step) {
  const size = 10 ** Math.floor(Math.log10(step));
  return NICE.find((factor) => factor * size >= step * 0.9999) * size;
}

export function text(x, y, words, attributes = {}) {
  return svg("text", { x, y, "font-size": 14, fill: INK, ...attributes }, words);
}

function line(values, x, y) {
  let path = "";
  for (let time = 0; time < values.length; time += 1) path += `${time ? "L" : "M"}${x(time).toFixed(1)} ${y(values[time]).toFixed(1)}`;
  return path;
}

function band(low, high, x, y) {
  let path = line(high, x, y);
  for (let time = low.length - 1; time >= 0; time -= 1) path += `L${x(time).toFixed(1)} ${y(low[time]).toFixed(1)}`;
  return `${path}Z`;
}
