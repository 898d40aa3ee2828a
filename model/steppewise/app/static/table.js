// The numbers behind the picture: a table for readers of screens, a file for spreadsheets.

import { el } from "./dom.js";
import { changeOf } from "./sentences.js";
import { number, percent, points, say } from "./texts.js";
import { fanOf, isMoney, seriesOf } from "./views.js";

/** The table of a view at the end of the run. */
export function tableOf({ view, power, answer, opening, moved }, data) {
  const shown = isMoney(view) ? (value) => number(value, 2) : (value) => percent(value);
  const heads = ["col-who", "col-median", "col-half", "col-ninety", "col-opening", "col-change"];
  const rows = seriesOf(view, data, power).map((one) => {
    const fan = fanOf(answer, one);
    const change = moved ? changeOf(answer, one.block, one.index) : null;
    const at = (name) => shown(fan[name].at(-1));
    const cells = [at("median"), `${at("quarter")} – ${at("threeQuarters")}`, `${at("low")} – ${at("high")}`, shown(fanOf(opening, one).median.at(-1)), change ? `${points(change.mean)} (${points(change.low)} – ${points(change.high)})` : "–"];
    return el("tr", {}, el("th", { scope: "row" }, one.label), ...cells.map((words) => el("td", {}, words)));
  });
  const head = el("tr", {}, ...heads.map((key) => el("th", { scope: "col" }, say(key))));
  const caption = el("caption", {}, say("table-caption", { view: say(`axis-${view}`), end: data.quarters.at(-1) }));
  return el("table", {}, caption, el("thead", {}, head), el("tbody", {}, ...rows));
}

/** All quarters of a view as CSV, with what is needed to find the same worlds again in every row. */
export function csvOf({ view, power, answer, opening, state }, data) {
  const settings = Object.entries(state.values).map(([name, value]) => `${name}=${value}`).join("; ");
  const rows = [["version", "feed", "scenario", "uncertainty", "seed", "worlds", "settings", "quarter", "variable", "actor", "statistic", "value", "opening", "unit"]];
  const names = ["low", "quarter", "median", "threeQuarters", "high"];
  for (const one of seriesOf(view, data, power)) {
    const [now, before] = [fanOf(answer, one), fanOf(opening, one)];
    data.quarters.forEach((quarter, time) =>
      names.forEach((name, stat) =>
        rows.push([data.version, answer.feed, state.scenario, state.uncertainty, state.seed, data.page.worlds, settings, quarter, one.block, isMoney(view) ? power : one.label, data.stats[stat], now[name][time].toPrecision(5), before[name][time].toPrecision(5), say(isMoney(view) ? "unit-money" : "unit-share")]),
      ),
    );
  }
  return `${rows.map((row) => row.map(quoted).join(",")).join("\r\n")}\r\n`;
}

function quoted(value) {
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
