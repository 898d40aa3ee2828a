// The page: puts its parts together and lets the newest answer through.

import { Chart } from "./chart.js";
import { byId, el } from "./dom.js";
import { pngOf, save } from "./download.js";
import { Feeds } from "./feeds.js";
import { LessonPanel } from "./lesson.js";
import { Levers } from "./levers.js";
import { LeadersMap } from "./map.js";
import { sentencesOf } from "./sentences.js";
import { History, fromHash, isOpening, openingOf, toHash, valuesUnder, withOpening } from "./state.js";
import { csvOf, tableOf } from "./table.js";
import { listing, number, say, useTexts } from "./texts.js";

const VIEWS = ["shares", "trust", "dependence", "autonomy", "promises"];
const QUIET_AFTER = 350; // milliseconds of rest before words, table and link follow the picture

/** One page with its state; nothing of it is shared or sent anywhere but to the feed. */
class Classroom {
  constructor(data) {
    this.data = data;
    useTexts(data.texts);
    const { page } = data;
    this.opening = openingOf(page);
    this.state = withOpening(this.opening, this.opening);
    this.history = new History(this.state);
    this.view = page.lesson?.view ?? "shares";
    this.power = page.lesson?.power ?? data.powers[0].name;
    this.single = false;
    this.levers = new Levers(data, {
      moved: (name, value) => this.change({ values: { ...this.state.values, [name]: value } }),
      settled: () => this.settle(),
      released: (name) => this.release(name),
    });
    this.chart = new Chart(data);
    this.map = new LeadersMap(data);
    this.feeds = new Feeds(data, () => this.feedChanged());
    this.lesson = page.lesson ? new LessonPanel(data, { set: (what) => this.follows(what), open: () => this.openLevers() }) : null;
    this.furnish();
    this.readLink();
    addEventListener("hashchange", () => this.readLink());
    this.askOpening();
    new ResizeObserver(() => this.draw()).observe(byId("chart"));
  }

  // furniture -----------------------------------------------------------------------------------------

  furnish() {
    const { page, lessons } = this.data;
    byId("question").textContent = page.question;
    byId("chart").append(this.chart.node);
    this.chart.node.setAttribute("aria-label", say("chart"));
    byId("map").append(this.map.node);
    byId("map").before(this.map.list);
    byId("levers").append(this.levers.node);
    if (this.lesson) byId("lesson").append(this.lesson.node);
    byId("choices").append(...this.choices());
    byId("views").append(...this.viewButtons());
    byId("tools").append(...this.tools());
    byId("about").textContent = say("about", { ...this.data, ...page });
    if (this.data.feed === "live" && lessons.length) this.listLessons(lessons);
    this.openLevers();
  }

  listLessons(lessons) {
    const link = (href, title, name) => el("li", {}, el("a", { href, "aria-current": name === this.data.page.name ? "page" : null }, title));
    const items = lessons.map(({ name, title }) => link(`/lesson/${name}`, title, name));
    byId("lessons").append(el("ul", {}, link("/", say("explore"), "explore"), ...items));
    byId("lessons").hidden = false;
  }

  choices() {
    const { scenarios, uncertainties } = this.data.page;
    const choice = (key, options, label) => {
      const select = el("select", { id: `choice-${key}`, onchange: () => this.set({ [key]: select.value }) });
      select.append(...options.map((option) => el("option", { value: option }, label(option))));
      return options.length > 1 ? [el("div", { class: "choice" }, el("label", { for: select.id }, say(key)), select)] : [];
    };
    const titles = new Map(scenarios.map(({ name, title }) => [name, title]));
    this.seed = el("input", { type: "number", id: "choice-seed", min: 0, max: 999999999, step: 1, onchange: () => this.changeSeed() });
    const seed = el("div", { class: "choice", id: "seed-choice" }, el("label", { for: "choice-seed" }, say("seed")), this.seed);
    return [...choice("scenario", [...titles.keys()], (name) => titles.get(name)), ...choice("uncertainty", uncertainties, (word) => say(`uncertainty-${word}`)), seed];
  }

  viewButtons() {
    const buttons = VIEWS.map((view) =>
      el("button", { type: "button", class: "view", "data-view": view, onclick: () => this.look({ view }) }, say(`view-${view}`)),
    );
    const select = el("select", { id: "look-at", onchange: () => this.look({ power: select.value }) });
    select.append(...this.data.powers.map(({ name, label }) => el("option", { value: name }, label)));
    const box = el("input", { type: "checkbox", id: "single", onchange: () => this.look({ single: box.checked }) });
    return [
      el("div", { class: "group", role: "group", "aria-label": say("view") }, ...buttons),
      el("span", { class: "choice" }, el("label", { for: "look-at" }, say("look-at")), select),
      el("span", { class: "choice", id: "single-choice" }, box, el("label", { for: "single" }, say("single"))),
    ];
  }

  tools() {
    const button = (id, key, act) => el("button", { type: "button", id, onclick: act }, say(key));
    return [
      button("undo", "undo", () => this.undo()),
      button("reset", "reset", () => {
        this.chart.startAnew = true;
        this.set({ ...this.opening, seed: this.data.page.seed }, true);
      }),
      button("share", "share-link", () => this.share()),
      button("csv", "csv", () => this.saveCsv()),
      button("png", "png", () => this.savePng()),
      button("print", "print", () => window.print()),
    ];
  }

  /** True unless a lesson still waits for a guess. */
  get open() {
    return !this.lesson || this.lesson.answered;
  }

  /** Let the pupil move what there is, once a lesson has had its guess. */
  openLevers() {
    const live = this.open && this.feeds.kind === "live";
    this.levers.enable(this.open, live);
    byId("seed-choice").hidden = !live;
    for (const key of ["scenario", "uncertainty"]) if (byId(`choice-${key}`)) byId(`choice-${key}`).disabled = !this.open;
  }

  // changes of the state ---------------------------------------------------------------------------------

  change(changes) {
    const seed = changes.seed ?? this.state.seed;
    const other = seed !== this.opening.seed;
    if (other) this.opening = { ...this.opening, seed };
    this.state = withOpening({ ...this.state, ...changes }, this.opening);
    if (other) this.askOpening();
    else this.refresh();
  }

  /** Take what a lesson, a link or the reset says; what is not named stays, unless all is to be as there. */
  set(what, all = false) {
    const values = all ? { ...what.values } : { ...valuesUnder(what.scenario, this.state, this.data.page), ...what.values };
    this.change({ scenario: what.scenario ?? this.state.scenario, uncertainty: what.uncertainty ?? this.state.uncertainty, seed: what.seed ?? this.state.seed, values });
    this.settle();
  }

  /** Set what a lesson says; where the picture stands below the lesson, go there. */
  follows(what) {
    this.set(what);
    if (matchMedia("(max-width: 60rem)").matches) byId("chart-title").scrollIntoView();
  }

  release(name) {
    const values = { ...this.state.values };
    delete values[name];
    this.change({ values });
    this.settle();
  }

  changeSeed() {
    if (this.seed.validity.valid && this.seed.value !== "") this.change({ seed: Number(this.seed.value) });
    this.seed.value = this.state.seed;
    this.settle();
  }

  settle() {
    this.history.note(this.state);
    this.follow();
  }

  undo() {
    const before = this.history.undo();
    if (before) this.change(before);
    this.follow();
  }

  readLink() {
    if (location.hash.length < 2 || location.hash === this.ownHash || !location.hash.includes("=")) return;
    const { state, view, told } = fromHash(location.hash, this.data.page, this.opening, this.data.version);
    byId("notices").replaceChildren();
    for (const { key, ...values } of told) this.notice(say(key, values));
    if (VIEWS.includes(view.view)) this.view = view.view;
    if (this.data.powers.some(({ name }) => name === view.power)) this.power = view.power;
    this.single = view.single === "1";
    this.lesson?.skip();
    this.set(state, true);
    this.history = new History(this.state);
  }

  look(changes) {
    Object.assign(this, changes);
    this.draw();
    this.follow();
  }

  // answers ----------------------------------------------------------------------------------------------

  /** Ask for the answer at the opening, in the same worlds as the present state, then for the present one. */
  askOpening() {
    this.base = null;
    this.feeds.ask(
      withOpening(this.opening, this.opening),
      (answer, _, standsIn) => {
        if (standsIn) return;
        this.base = answer;
        this.answer ??= answer;
        this.refresh();
      },
      (words) => this.failed(words),
    );
  }

  /** Ask for the answer at the present state and draw it when it comes. */
  refresh() {
    this.levers.show(this.state);
    const asked = performance.now();
    if (!this.base) return;
    this.feeds.ask(
      this.state,
      (answer, state, standsIn) => {
        this.answer = answer;
        this.shown = state;
        this.draw();
        if (!standsIn) this.lesson?.compare(answer);
        this.follow();
        const detail = { feed: answer.feed, standsIn: Boolean(standsIn), ms: performance.now() - asked };
        document.dispatchEvent(new CustomEvent("drawn", { detail }));
      },
      (words) => this.failed(words),
    );
    this.follow();
  }

  failed(words) {
    if (words) this.notice(words);
    this.feedChanged();
  }

  get picture() {
    const { view, power, single, answer, shown } = this;
    const state = shown ?? this.state;
    return { view, power, single, answer, opening: this.base ?? answer, state, moved: !isOpening(state), ghost: !isOpening(state) };
  }

  draw() {
    if (!this.answer) return;
    const width = Math.max(Math.floor(byId("chart").clientWidth), 280);
    this.chart.draw(this.picture, width);
    this.map.draw(this.answer, Math.max(Math.floor(byId("map").clientWidth), 280));
  }

  /** Words, table, link and buttons follow when the levers rest. */
  follow() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.followNow(), QUIET_AFTER);
    for (const button of document.querySelectorAll(".view")) button.setAttribute("aria-pressed", button.dataset.view === this.view);
    for (const key of ["scenario", "uncertainty"]) if (byId(`choice-${key}`)) byId(`choice-${key}`).value = this.state[key];
    byId("look-at").value = this.power;
    byId("single").checked = this.single;
    byId("single-choice").hidden = !["shares", "autonomy"].includes(this.view);
    byId("undo").disabled = !this.history.past.length;
    byId("reset").disabled = isOpening(this.state);
    this.seed.value = this.state.seed;
    const edges = this.view === "shares" ? ` ${say("legend-edges")}` : "";
    byId("legend").textContent = say(this.single && !byId("single-choice").hidden ? "legend-single" : "legend") + edges;
  }

  /** True until the picture and the words have followed the levers. */
  get busy() {
    return Boolean(this.timer || this.feeds.asking || this.feeds.next);
  }

  followNow() {
    clearTimeout(this.timer);
    this.timer = null;
    if (!this.answer) return;
    const { picture, data } = this;
    const sentence = sentencesOf(picture, data).join(" ");
    if (byId("sentence").textContent !== sentence) byId("sentence").textContent = sentence;
    this.chart.node.setAttribute("aria-label", say("chart-of", { axis: say(`axis-${this.view}`), start: data.quarters[0], end: data.quarters.at(-1), worlds: data.page.worlds, sentence }));
    byId("table").querySelector("div").replaceChildren(tableOf(picture, data));
    this.ownHash = `#${toHash(this.state, data.version, { view: this.view, power: this.power, single: this.single ? 1 : 0 })}`;
    if (this.open) window.history.replaceState(null, "", this.ownHash);
    if (!byId("link").hidden) this.link.value = this.address;
    this.tellFeed();
  }

  feedChanged() {
    this.openLevers();
    this.tellFeed();
  }

  tellFeed() {
    const { grid, kind } = this.feeds;
    const { page } = this.data;
    let words = say("feed-live", page);
    if (kind === "grid") {
      words = grid ? say("feed-grid", { ...grid, points: number(grid.points, 0), ...pointsOf(grid.worst) }) : "";
      const lacking = grid ? grid.lacks(this.state) : [];
      if (this.data.feed === "live") words = grid ? say("feed-lost", { grid: words }) : say("feed-lost-no-grid");
      if (lacking.length) words += ` ${say("lacks", { names: listing(lacking) })}`;
    }
    if (byId("feed").textContent !== words) byId("feed").textContent = words;
    byId("feed").className = `feed ${kind}`;
  }

  notice(words) {
    const box = el("p", { class: "notice" }, words, " ");
    box.append(el("button", { type: "button", class: "quiet", onclick: () => box.remove() }, say("close-notice")));
    if (![...byId("notices").children].some((other) => other.textContent === box.textContent)) byId("notices").append(box);
  }

  // what the pupil takes along -----------------------------------------------------------------------------

  get address() {
    return location.href.split("#")[0] + this.ownHash;
  }

  share() {
    this.followNow();
    if (!this.link) {
      this.link = el("input", { type: "text", id: "link-text", readonly: true, onfocus: () => this.link.select() });
      const copy = el("button", { type: "button", onclick: () => this.copy(copy) }, say("copy"));
      byId("link").append(el("label", { for: "link-text" }, say("link-label")), this.link, ...(navigator.clipboard ? [copy] : []));
    }
    byId("link").hidden = false;
    this.link.value = this.address;
    this.link.focus();
    this.link.select();
  }

  async copy(button) {
    await navigator.clipboard.writeText(this.address);
    button.textContent = say("copied");
  }

  get fileName() {
    return `steppewise-${this.data.page.name}-${this.view}`;
  }

  saveCsv() {
    save(new Blob([csvOf(this.picture, this.data)], { type: "text/csv" }), `${this.fileName}.csv`);
  }

  async savePng() {
    const { data, state } = this;
    const labels = new Map([...data.page.levers, ...data.page.more].map((lever) => [lever.name, lever]));
    const set = Object.entries(state.values).map(([name, value]) => `${labels.get(name)?.label ?? name} ${number(value, 4)}`);
    const scenario = data.page.scenarios.find(({ name }) => name === state.scenario).title;
    const lines = wrapped([scenario, ...set].join(" · "), Number(this.chart.node.getAttribute("width")) / 7.2);
    const note = say("note", { ...data, ...data.page, seed: state.seed, feed: say(`note-${this.answer.feed}`) });
    save(await pngOf(this.chart.node, data.page.title, lines, note), `${this.fileName}.png`);
  }
}

function pointsOf(shares) {
  return Object.fromEntries(Object.entries(shares).map(([name, share]) => [name, number(100 * share, 2)]));
}

function wrapped(words, signs) {
  const lines = [""];
  for (const word of words.split(" ")) {
    if (lines.at(-1).length + word.length > signs) lines.push("");
    lines[lines.length - 1] += `${lines.at(-1) ? " " : ""}${word}`;
  }
  return lines;
}

window.classroom = new Classroom(JSON.parse(byId("data").textContent));
