// All words of the page stand in texts/*.json; here they are filled in and numbers are written.

let known = {};

export function useTexts(texts) {
  known = texts;
}

/** The text of a key, with {names} filled in. An unknown key is a bug, and seen at once. */
export function say(key, values = {}) {
  if (!(key in known)) throw new Error(`no text '${key}'`);
  return known[key].replace(/\{(\w+)\}/g, (_, name) => String(values[name]));
}

/** A number of at most so many decimals, without a tail of zeros, with a true minus sign. */
export function number(value, decimals = 1) {
  const text = (Object.is(value, -0) ? 0 : value).toLocaleString("en", { maximumFractionDigits: decimals });
  return (text === "-0" ? "0" : text).replace("-", "−");
}

/** A share as percent. */
export function percent(share, decimals = 1) {
  return `${number(100 * share, decimals)}\u00a0%`;
}

/** A change of a share in points, with its sign. */
export function points(change) {
  const text = number(100 * change, 1);
  return text.startsWith("−") || text === "0" ? text : `+${text}`;
}

/** "a, b and c". */
export function listing(items) {
  return items.length < 2 ? items.join("") : `${items.slice(0, -1).join(", ")} ${say("and")} ${items.at(-1)}`;
}
