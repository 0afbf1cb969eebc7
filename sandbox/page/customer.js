// The customer's side: whose it is, the mailbox and the phone for SMS.
import { h, icon } from "./dom.js";
import { Mailbox } from "./mail.js";
import { Picker } from "./picker.js";
import { Sms } from "./sms.js";
import { t } from "./words.js";

export class Customer {
  /** `context` gives now(), zoneOf(person), customers() and onUnread(n). */
  constructor(context) {
    this.context = context;
    this.news = new Set();
    this.person = null;
    this.picker = new Picker({ people: context.customers, choose: (person) => this.show(person), hasNews: (person) => this.news.has(person.id) });
    this.mail = new Mailbox({ ...context, onUnread: (n) => this.count("mail", n) });
    this.sms = new Sms({ ...context, onUnread: (n) => this.count("sms", n) });
    this.unread = { mail: 0, sms: 0 };
    this.facts = h("p", { class: "facts" });
    this.choices = {
      mail: this.choice("mail", "mail", t("email")),
      sms: this.choice("sms", "phone", t("sms")),
    };
    this.element = h(
      "section",
      { class: "panel customer", "aria-label": t("customer"), "data-slot": "customer", "data-testid": "customer" },
      h("header", { class: "panel-head" }, this.picker.element),
      this.facts,
      h("div", { class: "segments", role: "tablist", "aria-label": t("customer") }, this.choices.mail.button, this.choices.sms.button),
      this.mail.element,
      this.sms.element,
    );
    this.open("mail");
  }

  choice(kind, picture, label) {
    const badge = h("span", { class: "badge", hidden: true });
    const button = h("button", { type: "button", role: "tab", id: `tab-${kind}`, "aria-controls": `box-${kind}`, "data-testid": `open-${kind}`, onclick: () => this.open(kind) }, icon(picture), label, badge);
    button.addEventListener("keydown", (event) => {
      if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
      const other = kind === "mail" ? "sms" : "mail";
      this.open(other);
      this.choices[other].button.focus();
    });
    return { button, badge };
  }

  open(kind) {
    this.kind = kind;
    for (const [name, { button }] of Object.entries(this.choices)) {
      button.setAttribute("aria-selected", String(name === kind));
      button.tabIndex = name === kind ? 0 : -1;
    }
    this.mail.element.hidden = kind !== "mail";
    this.sms.element.hidden = kind !== "sms";
    if (kind === "sms") this.sms.opened();
  }

  async show(person) {
    this.person = person;
    this.news.delete(person.id);
    sessionStorage.setItem("touchline-customer", person.id);
    this.facts.replaceChildren(...facts(person));
    this.picker.show(person);
    await Promise.all([this.mail.show(person), this.sms.show(person)]);
    if (!person.email && person.phone) this.open("sms");
    else if (!person.phone && person.email) this.open("mail");
  }

  /** Somebody's mailbox or phone changed. */
  async changed(ids) {
    for (const id of ids) if (id !== this.person?.id) this.news.add(id);
    if (ids.includes(this.person?.id)) await Promise.all([this.mail.refresh(), this.sms.refresh()]);
    this.picker.drawNews();
    this.context.onUnread(this.unread.mail + this.unread.sms + this.news.size);
  }

  count(kind, waiting) {
    this.unread[kind] = waiting;
    const { badge } = this.choices[kind];
    badge.hidden = waiting === 0;
    badge.textContent = String(waiting);
    badge.setAttribute("aria-label", t("unread_count", { n: waiting }));
    this.context.onUnread(this.unread.mail + this.unread.sms + this.news.size);
  }
}

function facts(person) {
  const lines = [person.company, person.email, person.phone].filter(Boolean);
  return lines.map((line) => h("span", {}, line));
}
