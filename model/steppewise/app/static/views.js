// The views of the chart: which series each shows, and from which block of an answer.

import { say } from "./texts.js";

const LOW = 0;
const QUARTER = 1;
const MEDIAN = 2;
const THREE_QUARTERS = 3;
const HIGH = 4;

/**
 * The series of a view: {label, look, block, index, chosen, single}. `single` is the place of the series among the
 * single worlds, or null where none are kept.
 */
export function seriesOf(view, data, power) {
  const at = data.powers.findIndex(({ name }) => name === power);
  const own = { label: say("autonomy"), look: data.autonomy, index: data.powers.length, single: data.powers.length };
  const all = (block, kept) =>
    data.powers.map(({ label }, index) => ({
      label,
      look: data.powers[index],
      block,
      index,
      chosen: index === at,
      single: kept ? index : null,
    }));
  if (view === "trust" || view === "dependence") return all(view, false);
  if (view === "autonomy") return [{ ...own, block: "share", chosen: true }];
  if (view === "promises") {
    const look = data.powers[at];
    return [
      { label: say("promised"), look: { ...look, dashes: [2, 3] }, block: "promised", index: at, chosen: false, single: null },
      { label: say("delivered"), look: { ...look, dashes: [] }, block: "delivered", index: at, chosen: true, single: null },
    ];
  }
  return [...all("share", true), { ...own, block: "share", chosen: false }];
}

export function isMoney(view) {
  return view === "promises";
}

/** Low, quarter, median, three quarters and high of a series over time. */
export function fanOf(answer, { block, index }) {
  const row = (stat) => answer.read(block, index, stat);
  return { low: row(LOW), quarter: row(QUARTER), median: row(MEDIAN), threeQuarters: row(THREE_QUARTERS), high: row(HIGH) };
}

/** The highest value of a view in some answers. */
export function highest(answers, series) {
  return Math.max(...answers.flatMap((answer) => series.map((one) => Math.max(...fanOf(answer, one).high))));
}
