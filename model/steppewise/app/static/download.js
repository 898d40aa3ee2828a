// Files for the pupil to keep: made in the page, sent nowhere.

import { svg, el } from "./dom.js";
import { text } from "./chart.js";

const TWICE = 2;
const MARGIN = 16;

export function save(blob, name) {
  const address = URL.createObjectURL(blob);
  const link = el("a", { href: address, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/** A chart with its title and a note as a PNG at twice the size. */
export async function pngOf(chart, title, lines, note) {
  const width = Number(chart.getAttribute("width"));
  const head = 34 + 20 * lines.length;
  const height = Number(chart.getAttribute("height")) + head + 34;
  const inner = chart.cloneNode(true);
  inner.setAttribute("y", head);
  inner.setAttribute("x", MARGIN);
  const whole = svg("svg", { width: width + 2 * MARGIN, height, "font-family": chart.getAttribute("font-family") });
  whole.append(
    svg("rect", { width: width + 2 * MARGIN, height, fill: "#ffffff" }),
    text(MARGIN, 26, title, { "font-size": 18, "font-weight": 700 }),
    ...lines.map((words, i) => text(MARGIN, 47 + 20 * i, words, { fill: "#55534e" })),
    inner,
    text(MARGIN, height - 12, note, { "font-size": 12, fill: "#55534e" }),
  );
  const source = new Blob([new XMLSerializer().serializeToString(whole)], { type: "image/svg+xml" });
  const image = await loaded(URL.createObjectURL(source));
  const canvas = el("canvas", { width: TWICE * (width + 2 * MARGIN), height: TWICE * height });
  const context = canvas.getContext("2d");
  context.scale(TWICE, TWICE);
  context.drawImage(image, 0, 0);
  URL.revokeObjectURL(image.src);
  return new Promise((done) => canvas.toBlob(done, "image/png"));
}

function loaded(address) {
  return new Promise((done, failed) => {
    const image = new Image();
    image.onload = () => done(image);
    image.onerror = () => failed(new Error("the picture could not be drawn"));
    image.src = address;
  });
}
