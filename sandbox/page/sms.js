// A customer's phone: SMS in both directions.
import * as api from "./api.js";
import { h, icon, notice } from "./dom.js";
import { clockTime, dayKey, dayName, moment, t } from "./words.js";

export class Sms {
  constructor(context) {
    this.context = context;
    this.texts = [];
    this.read = new Map();
    this.list = h("div", { class: "messages", role: "log", "aria-live": "polite", tabindex: "0", "data-testid": "sms-messages" });
    this.input = h("textarea", { rows: "1", "data-testid": "sms-input", "aria-label": t("text_message"), placeholder: t("text_message") });
    this.input.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        this.submit();
      }
    });
    this.form = h("form", { class: "composer", onsubmit: (event) => { event.preventDefault(); this.submit(); } }, this.input, h("button", { type: "button", class: "round", "aria-label": t("call_company"), title: t("call_company"), "data-testid": "phone-call", onclick: () => this.call() }, icon("call")), h("button", { type: "submit", class: "round send", "aria-label": t("send"), "data-testid": "sms-send" }, icon("send")));
    this.none = h("p", { class: "empty", hidden: true }, t("no_phone"));
    this.element = h("div", { class: "box sms", role: "tabpanel", id: "box-sms", "aria-labelledby": "tab-sms", "data-testid": "sms" }, h("div", { class: "screen" }, this.list), this.none, this.form);
  }

  async show(person) {
    this.person = person;
    this.input.value = "";
    this.texts = [];
    this.form.hidden = !person.phone;
    this.none.hidden = Boolean(person.phone);
    this.list.hidden = !person.phone;
    await this.refresh();
    this.list.scrollTop = this.list.scrollHeight;
  }

  async refresh() {
    const person = this.person;
    if (!person?.phone) return this.context.onUnread(0);
    try {
      const texts = await api.phone(person.id);
      if (person !== this.person) return undefined;
      this.texts = texts;
    } catch (error) {
      notice(t("sandbox_silent", { reason: error.message }), "bad");
    }
    this.draw();
    return this.tell();
  }

  mine(text) {
    return text.from === this.person.phone;
  }

  tell() {
    const got = this.texts.filter((text) => !this.mine(text)).length;
    if (!this.element.hidden && this.element.offsetParent !== null) this.read.set(this.person.id, got);
    this.context.onUnread(got - (this.read.get(this.person.id) ?? 0));
  }

  opened() {
    if (!this.person?.phone) return;
    this.list.scrollTop = this.list.scrollHeight;
    this.tell();
  }

  draw() {
    const zone = this.context.zoneOf(this.person);
    const rows = [];
    let day = "";
    for (const text of this.texts) {
      const at = moment(text.at);
      if (at && dayKey(at, zone) !== day) {
        day = dayKey(at, zone);
        rows.push(h("div", { class: "day" }, h("span", {}, dayName(at, this.context.now(), zone))));
      }
      rows.push(bubble(text, this.mine(text), at, zone));
    }
    const end = this.list.scrollHeight - this.list.scrollTop - this.list.clientHeight < 80;
    this.list.replaceChildren(...(rows.length ? rows : [h("p", { class: "empty" }, t("no_texts"))]));
    if (end) this.list.scrollTop = this.list.scrollHeight;
  }

  /** Calls the company and stays on the line; when nobody picks up, leaves a message. */
  async call() {
    try {
      await api.phoneCall(this.person.id);
      notice(t("call_over"));
    } catch (error) {
      notice(t("not_sent", { reason: error.message }), "bad");
    }
  }

  async submit() {
    const words = this.input.value.trim();
    if (!words) return;
    this.input.value = "";
    try {
      await api.phoneText(this.person.id, words);
    } catch (error) {
      this.input.value = words;
      notice(t("not_sent", { reason: error.message }), "bad");
    }
    await this.refresh();
    this.list.scrollTop = this.list.scrollHeight;
  }
}

function bubble(text, mine, at, zone) {
  return h(
    "div",
    { class: `message ${mine ? "mine" : "theirs"}` },
    h("div", { class: "bubble text", "data-testid": "sms-bubble", "data-sid": text.sid, "data-from": mine ? "me" : "company" }, h("div", { class: "words", dir: "auto" }, linked(text.body ?? ""), h("span", { class: "stamp" }, at ? h("time", {}, clockTime(at, zone)) : null))),
  );
}

function linked(text) {
  return text.split(/(https?:\/\/[^\s]+)/).map((part) => (/^https?:\/\//.test(part) ? h("a", { href: part, target: "_blank", rel: "noopener noreferrer" }, part) : part));
}
