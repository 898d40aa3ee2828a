// What happened, in words made from the numbers.

import { number, percent, points, say } from "./texts.js";
import { fanOf, seriesOf } from "./views.js";

const NOTHING = 0.0005; // a twentieth of a point: less is not told as a change
const CHANNELS = ["trust", "ties", "leverage", "others"];
const DIFFERENCES = { share: "difference", trust: "trust_difference", dependence: "dependence_difference" };

/** The change of an outcome against the opening: {mean, low, high, above}, shares; null for money. */
export function changeOf(answer, block, index) {
  const name = DIFFERENCES[block];
  if (!name) return null;
  const [mean, low, high, above] = answer.read(name, index);
  return { mean, low, high, above };
}

/** The change of a named outcome such as `regional_trust.japan` against the opening. */
export function changeOfOutcome(answer, outcome, data) {
  const [stem, power] = outcome.split(".");
  const index = power ? data.powers.findIndex(({ name }) => name === power) : data.powers.length;
  return changeOf(answer, { regional_trust: "trust", regional_dependence: "dependence" }[stem] ?? "share", index);
}

/** Sentences on the chosen power in a view, and on worlds that broke off. */
export function sentencesOf(picture, data) {
  const { worlds } = data.page;
  const failed = Math.round(picture.answer.read("failed", 0));
  const told = failed < worlds ? sentencesOn(picture, data) : [];
  return failed ? [...told, say("failed-worlds", { failed, worlds })] : told;
}

function sentencesOn({ view, power, answer, moved }, data) {
  const series = seriesOf(view, data, power);
  const one = series.find(({ chosen }) => chosen) ?? series[0];
  const who = view === "autonomy" ? say("the-states") : data.powers.find(({ name }) => name === power).label;
  const end = data.quarters.at(-1);
  if (view === "promises") return [promised(series, answer, who, end)];
  const fan = fanOf(answer, one);
  const range = { who, end, low: percent(fan.low.at(-1)), high: percent(fan.high.at(-1)), median: percent(fan.median.at(-1)) };
  const first = say(`range-${view}`, range);
  if (!moved) return [first, say("nothing-moved")];
  return [first, changed(changeOf(answer, one.block, one.index), view, power, answer, data)];
}

function promised(series, answer, who, end) {
  const [committed, delivered] = series.map((one) => fanOf(answer, one).median.at(-1));
  const part = committed > 0 ? Math.round((100 * delivered) / committed) : 100;
  return say("promises-kept", { who, end, promised: number(committed, 1), delivered: number(delivered, 1), part });
}

function changed(change, view, power, answer, data) {
  if (Math.abs(change.mean) < NOTHING) return say("change-none");
  const up = change.mean > 0;
  const worlds = Math.round(100 * (up ? change.above : 1 - change.above));
  const words = { by: points(change.mean), worlds, low: points(change.low), high: points(change.high) };
  const channel = view === "shares" ? through(answer, power, up, data) : "";
  return say(up ? "change-up" : "change-down", { ...words, channel });
}

/** The channel that carries most of a change in its own direction. */
function through(answer, power, up, data) {
  const parts = Array.from(answer.read("channels", data.powers.findIndex(({ name }) => name === power)));
  const sizes = parts.map((part) => (up ? part : -part));
  const best = sizes.indexOf(Math.max(...sizes));
  return say("through", { channel: say(`channel-${CHANNELS[best]}`), by: points(parts[best]) });
}
