// A lesson: a guess first, then the answer, then steps that set the levers.

import { el, prose } from "./dom.js";
import { changeOfOutcome } from "./sentences.js";
import { number, points, say } from "./texts.js";

/** The panel of a lesson. `handlers.set(what)` moves the levers, `handlers.open()` opens them for the pupil. */
export class LessonPanel {
  constructor(data, handlers) {
    this.data = data;
    this.lesson = data.page.lesson;
    this.handlers = handlers;
    this.answered = !this.lesson.predict;
    this.verdict = el("p", { class: "verdict", role: "status" });
    this.guess = null;
    this.node = el("section", { class: "lesson", "aria-labelledby": "lesson-title" }, ...this.parts());
  }

  parts() {
    const { lesson } = this;
    return [
      el("h2", { id: "lesson-title" }, say("lesson")),
      el("p", { class: "goal" }, lesson.goal, " ", el("span", { class: "minutes" }, say("minutes", { minutes: lesson.minutes }))),
      ...(lesson.predict ? [this.prediction()] : []),
      (this.after = el("div", { class: "after", hidden: !this.answered }, ...this.later())),
    ];
  }

  prediction() {
    const { predict } = this.lesson;
    const middle = Math.min(Math.max(0, predict.low), predict.high);
    const input = el("input", { type: "range", id: "guess", min: predict.low, max: predict.high, step: predict.step, value: middle });
    const output = el("output", { for: "guess" });
    const show = () => {
      output.textContent = say("guess-points", { points: signed(Number(input.value)) });
      input.setAttribute("aria-valuetext", output.textContent);
    };
    input.addEventListener("input", show);
    show();
    this.buttons = [
      el("button", { type: "button", class: "main", id: "show-answer", onclick: () => this.reveal(Number(input.value)) }, say("show-answer")),
      el("button", { type: "button", id: "skip-guess", onclick: () => this.reveal(null) }, say("skip-guess")),
    ];
    this.input = input;
    const ends = el("div", { class: "ends", "aria-hidden": "true" }, el("span", {}, signed(predict.low)), el("span", {}, signed(predict.high)));
    return el(
      "div",
      { class: "predict" },
      el("h3", {}, say("guess-first")),
      el("label", { for: "guess" }, predict.question),
      el("div", { class: "head" }, el("span", { class: "hint" }, say("guess-hint")), output),
      input,
      ends,
      el("div", { class: "buttons" }, ...this.buttons),
      this.verdict,
    );
  }

  later() {
    const { lesson } = this;
    const steps = lesson.steps.map((step, i) => {
      const item = prose(step.html, "li");
      if (step.set) item.append(el("button", { type: "button", class: "step", onclick: () => this.handlers.set(step.set) }, say("set-so", { step: i + 1 })));
      return item;
    });
    const part = (key, html) => [el("h3", {}, say(key)), prose(html)];
    return [
      ...(steps.length ? [el("h3", {}, say("steps")), el("ol", { class: "steps" }, ...steps)] : []),
      ...part("look-for", lesson.look_for),
      ...part("questions", lesson.questions),
      ...part("not-conclude", lesson.not_conclude),
      el("details", { class: "teacher" }, el("summary", {}, say("for-teacher")), prose(lesson.teacher)),
    ];
  }

  /** Set the levers as the prediction says; the next answer is the one to compare with. */
  reveal(guess) {
    this.guess = guess;
    this.waiting = true;
    this.skip();
    this.handlers.set(this.lesson.predict.set);
    this.verdict.tabIndex = -1;
    this.verdict.focus();
    this.verdict.scrollIntoView({ block: "center" });
  }

  /** Go on without a guess: a link has brought the pupil here. */
  skip() {
    if (this.answered) return;
    this.answered = true;
    this.input.disabled = true;
    for (const button of this.buttons) button.hidden = true;
    this.after.hidden = false;
    this.handlers.open();
  }

  /** Compare the guess with an answer, once. */
  compare(answer) {
    if (!this.waiting) return;
    this.waiting = false;
    const { mean, low, high } = changeOfOutcome(answer, this.lesson.predict.outcome, this.data);
    const words = { mean: points(mean), low: points(low), high: points(high) };
    const own = this.guess === null ? "" : say("you-guessed", { guess: signed(this.guess), off: number(Math.abs(this.guess - 100 * mean), 1) });
    this.verdict.textContent = `${say("it-came", words)} ${own}`;
  }
}

function signed(value) {
  const text = number(value, 1);
  return value > 0 ? `+${text}` : text;
}
