// The product's time, and moving it forward.
import * as api from "./api.js";
import { h, notice } from "./dom.js";
import { clockTime, longDate, moment, t } from "./words.js";

const STEPS = [["15m", "step_15m"], ["1h", "step_1h"], ["1d", "step_1d"]];

export class Clock {
  /** `zone()` is the office's time zone. */
  constructor(zone) {
    this.zone = zone;
    this.offset = 0;
    this.time = h("time", { class: "clock-time", "data-testid": "clock-time" });
    this.date = h("span", { class: "clock-date" });
    this.custom = h("input", { class: "clock-custom", size: "6", placeholder: "2h 30m", "aria-label": t("step_custom"), title: t("step_custom"), autocomplete: "off", "data-testid": "clock-custom" });
    this.element = h(
      "div",
      { class: "clock", role: "group", "aria-label": t("clock"), "data-testid": "clock" },
      h("div", { class: "clock-face" }, this.time, this.date),
      h("div", { class: "clock-steps" },
        STEPS.map(([span, label]) => h("button", { type: "button", "data-testid": `clock-advance-${span}`, onclick: (event) => this.move(span, event.currentTarget) }, t(label))),
        h("button", { type: "button", "data-testid": "clock-tomorrow", title: t("step_tomorrow_long"), onclick: (event) => this.move(`${secondsToMorning(this.now(), this.zone())}s`, event.currentTarget) }, t("step_tomorrow")),
        h("form", { onsubmit: (event) => { event.preventDefault(); this.move(this.custom.value.trim() || "30m", event.currentTarget); this.custom.value = ""; } }, this.custom)),
    );
    setInterval(() => this.draw(), 1000);
  }

  now() {
    return new Date(Date.now() + this.offset);
  }

  /** Take the time the sandbox tells. */
  set(told) {
    const now = moment(told);
    if (now) this.offset = now.getTime() - Date.now();
    this.draw();
  }

  draw() {
    const now = this.now();
    this.time.textContent = clockTime(now, this.zone());
    this.time.dateTime = now.toISOString();
    this.date.textContent = `${longDate(now, this.zone())} · ${this.zone().split("/").at(-1).replaceAll("_", " ")}`;
    this.date.title = this.zone();
  }

  async move(span, button) {
    button.classList.add("waiting");
    try {
      const answer = await api.advance(span);
      this.set(answer?.now);
      this.element.classList.remove("moved");
      requestAnimationFrame(() => this.element.classList.add("moved"));
    } catch (error) {
      notice(t("clock_failed", { reason: error.message }), "bad");
    } finally {
      button.classList.remove("waiting");
    }
  }
}

/** Seconds from `now` until 09:00 of the next day in `zone`. */
export function secondsToMorning(now, zone) {
  const parts = Object.fromEntries(new Intl.DateTimeFormat("en-GB", { timeZone: zone, hourCycle: "h23", hour: "2-digit", minute: "2-digit", second: "2-digit" }).formatToParts(now).map(({ type, value }) => [type, Number(value)]));
  const passed = parts.hour * 3600 + parts.minute * 60 + parts.second;
  return 33 * 3600 - passed;
}
