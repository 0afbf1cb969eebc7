// Choosing one customer out of hundreds: a field that searches, and a list below it.
import { avatar, h, icon } from "./dom.js";
import { t } from "./words.js";

const SHOWN = 80;

export class Picker {
  /** `choose(person)` is called with the customer picked; `hasNews(person)` marks those with something unread. */
  constructor({ people, choose, hasNews }) {
    this.people = people;
    this.choose = choose;
    this.hasNews = hasNews;
    this.active = -1;
    this.found = [];
    this.list = h("ul", { class: "options", role: "listbox", id: "customer-options", hidden: true, "aria-label": t("customers") });
    this.field = h("input", {
      type: "search", role: "combobox", "aria-expanded": "false", "aria-controls": "customer-options", "aria-autocomplete": "list", "aria-label": t("find_customer"),
      placeholder: t("find_customer"), autocomplete: "off", spellcheck: "false", "data-testid": "customer-picker", oninput: () => this.open(), onfocus: () => { this.field.select(); this.open(""); }, onblur: () => setTimeout(() => this.shut(), 120),
    });
    this.field.addEventListener("keydown", (event) => this.onKey(event));
    this.news = h("span", { class: "badge", hidden: true, "data-testid": "customers-with-news" });
    this.face = h("span", { class: "face" });
    this.element = h("div", { class: "picker" }, this.face, h("div", { class: "picker-field" }, icon("search"), this.field), this.news, this.list);
  }

  show(person) {
    this.person = person;
    this.field.value = person.name;
    this.face.replaceChildren(avatar(person));
    this.drawNews();
  }

  drawNews() {
    const waiting = this.people().filter((person) => person !== this.person && this.hasNews(person)).length;
    this.news.hidden = waiting === 0;
    this.news.textContent = String(waiting);
    this.news.title = t("customers_with_news", { n: waiting });
    if (!this.list.hidden) this.draw();
  }

  open(query = this.field.value) {
    const words = fold(query).split(/\s+/).filter(Boolean);
    const matches = (person) => {
      const whole = fold([person.name, person.company, person.email, person.phone, person.phone?.replace(/\D/g, ""), person.language].filter(Boolean).join(" "));
      return words.every((word) => whole.includes(word));
    };
    const rank = (person) => (this.hasNews(person) ? 0 : 2) + (words.every((word) => fold(person.name).includes(word)) ? 0 : 1);
    this.found = this.people().filter(matches).sort((a, b) => rank(a) - rank(b));
    this.active = query && this.found.length ? 0 : -1;
    this.list.hidden = false;
    this.field.setAttribute("aria-expanded", "true");
    this.draw();
  }

  shut() {
    this.list.hidden = true;
    this.field.setAttribute("aria-expanded", "false");
    if (this.person) this.field.value = this.person.name;
  }

  draw() {
    const shown = this.found.slice(0, SHOWN);
    const rows = shown.map((person, index) => h(
      "li",
      { role: "option", id: `customer-option-${index}`, "aria-selected": String(index === this.active), "data-testid": "customer-option", "data-person-id": person.id, onpointerdown: (event) => { event.preventDefault(); this.pick(person); } },
      avatar(person, "small"),
      h("span", { class: "file-name" }, h("strong", {}, person.name), h("small", {}, [person.email, person.phone].filter(Boolean).join(" · "))),
      this.hasNews(person) ? h("span", { class: "dot", title: t("unread") }) : null,
    ));
    if (this.found.length > SHOWN) rows.push(h("li", { class: "more" }, t("more_people", { n: this.found.length - SHOWN })));
    if (!rows.length) rows.push(h("li", { class: "more" }, t("nobody")));
    this.list.replaceChildren(...rows);
    this.field.setAttribute("aria-activedescendant", this.active >= 0 ? `customer-option-${this.active}` : "");
    this.list.children[this.active]?.scrollIntoView({ block: "nearest" });
  }

  onKey(event) {
    if (event.key === "Escape") this.field.blur();
    else if (event.key === "Enter" && this.found[this.active]) this.pick(this.found[this.active]);
    else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const last = Math.min(this.found.length, SHOWN) - 1;
      this.active = Math.max(0, Math.min(last, this.active + (event.key === "ArrowDown" ? 1 : -1)));
      this.draw();
    } else return;
    event.preventDefault();
  }

  pick(person) {
    this.shut();
    this.field.blur();
    this.choose(person);
  }
}

const fold = (text) => text.toLocaleLowerCase().normalize("NFKD").replace(/\p{Mn}(?<![\u0e00-\u0e7f])/gu, "");
