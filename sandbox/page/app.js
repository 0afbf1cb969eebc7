// The page: three phones of the company, one customer, a clock; kept in step by one long poll.
import * as api from "./api.js";
import { Clock } from "./clock.js";
import { Customer } from "./customer.js";
import { h, notice } from "./dom.js";
import { Faults } from "./faults.js";
import { Phone } from "./phone.js";
import { tour } from "./tour.js";
import { choose, language, load, t } from "./words.js";

const SLOTS = ["rep", "manager", "warehouse"];
const TABS = [...SLOTS, "customer"];
const OFFICE_ZONE = "Asia/Bangkok"; // where the demo company's office is; the clock may tell another

const state = { people: [], zone: OFFICE_ZONE, seq: 0 };
const phones = new Map();
const unread = Object.fromEntries(TABS.map((name) => [name, 0]));

const staff = () => state.people.filter((person) => person.role !== "customer");
const customers = () => state.people.filter((person) => person.role === "customer");
const zoneOf = (person) => person?.zone ?? state.zone;

let clock;

async function start() {
  await load();
  document.title = t("title");
  // What changed before the page was opened is no news: the sequence starts here.
  const [told, begun] = await Promise.all([api.clock(), api.changes(0, { wait: 0 })]);
  state.seq = begun.seq;
  state.zone = told.zone ?? OFFICE_ZONE;
  const page = build();
  clock.set(told.now);
  await meet(page);
  listen(page);
}

function build() {
  clock = new Clock(() => state.zone);
  const faults = new Faults(() => state.zone);
  const customer = new Customer({ now: () => clock.now(), zoneOf, customers, onUnread: (n) => count("customer", n) });
  for (const slot of SLOTS) phones.set(slot, new Phone(slot, { now: () => clock.now(), zoneOf, people: customers, choices, choose: switchPerson, onUnread: (phone, n) => count(phone.slot, n) }));
  document.getElementById("top").append(h("a", { class: "brand", href: "/" }, h("img", { src: "/page/mark.svg", alt: "", width: "30", height: "30" }), h("span", {}, h("h1", {}, "Touchline"), h("small", {}, t("subtitle")))), clock.element, h("div", { class: "tools" }, faults.button(), languages()));
  document.getElementById("tabs").append(...TABS.map(tab));
  document.getElementById("stage").append(...SLOTS.map((slot) => phones.get(slot).element), customer.element);
  document.body.append(faults.element);
  const strip = document.getElementById("tour");
  strip.setAttribute("aria-label", t("tour"));
  strip.append(...tour({ phone: (slot) => phones.get(slot), customer, clock, look, customerNamed: (part) => customers().find((person) => person.name.includes(part)) ?? customers()[0] }));
  look(sessionStorage.getItem("touchline-tab") ?? "rep");
  return { customer };
}

async function meet({ customer }) {
  state.people = await api.people();
  const used = new Set();
  for (const slot of SLOTS) {
    const phone = phones.get(slot);
    const kept = sessionStorage.getItem(`touchline-${slot}`);
    const person = staff().find((one) => one.id === kept && !used.has(one.id)) ?? staff().find((one) => one.role === slot && !used.has(one.id)) ?? staff().find((one) => !used.has(one.id));
    phone.element.hidden = !person;
    if (!person) continue;
    used.add(person.id);
    phone.planned = person;
  }
  await Promise.all([...phones.values()].filter((phone) => phone.planned && phone.planned !== phone.person).map((phone) => phone.show(phone.planned)));
  const kept = sessionStorage.getItem("touchline-customer");
  const first = customers().find((person) => person.id === kept) ?? customers().find((person) => person.email && person.phone) ?? customers()[0];
  if (first && !customer.person) await customer.show(first);
}

/** Those whose phone a slot can show: everybody of the staff who is not on the page already. */
function choices(phone) {
  const elsewhere = new Set([...phones.values()].filter((other) => other !== phone).map((other) => (other.planned ?? other.person)?.id));
  return staff().filter((person) => !elsewhere.has(person.id));
}

async function switchPerson(phone, id) {
  phone.planned = staff().find((person) => person.id === id);
  sessionStorage.setItem(`touchline-${phone.slot}`, id);
  await Promise.all([...phones.values()].map((one) => (one === phone || !one.person ? phone.show(phone.planned) : null)));
}

function tab(name) {
  return h("button", { type: "button", "data-tab": name, "data-testid": `tab-${name}`, onclick: () => look(name) }, t(`tab_${name}`), h("span", { class: "badge", hidden: true }));
}

function look(name) {
  document.body.dataset.tab = name;
  if (name !== "customer") document.body.dataset.phone = name;
  document.body.dataset.phone ??= "rep";
  sessionStorage.setItem("touchline-tab", name);
  for (const button of document.querySelectorAll("#tabs button")) button.setAttribute("aria-current", String(button.dataset.tab === name));
  const phone = phones.get(name);
  if (phone?.person) {
    phone.list.scrollTop = phone.list.scrollHeight;
    phone.markRead();
  }
}

function count(name, n) {
  unread[name] = n;
  const badge = document.querySelector(`#tabs [data-tab=${name}] .badge`);
  if (badge) {
    badge.hidden = n === 0;
    badge.textContent = String(n);
  }
  const all = SLOTS.reduce((sum, slot) => sum + unread[slot], 0);
  document.title = all ? `(${all}) ${t("title")}` : t("title");
}

function languages() {
  const select = h("select", { class: "language", "aria-label": t("language"), "data-testid": "language", onchange: () => choose(select.value) }, ["en", "ru", "th"].map((code) => h("option", { value: code, selected: code === language }, { en: "English", ru: "Русский", th: "ไทย" }[code])));
  return select;
}

async function listen({ customer }) {
  let silent = false;
  for (;;) {
    try {
      const news = await api.changes(state.seq);
      const restarted = news.seq < state.seq;
      state.seq = news.seq;
      clock.set(news.now);
      if (silent || restarted) await meet({ customer });
      silent = false;
      await apply(customer, restarted ? state.people.map((person) => person.id) : (news.changed ?? []));
    } catch (error) {
      if (!silent) notice(t("sandbox_silent", { reason: error.message }), "bad");
      silent = true;
      await new Promise((resolve) => setTimeout(resolve, 1500));
    }
  }
}

async function apply(customer, changed) {
  if (changed.some((id) => !state.people.some((person) => person.id === id))) state.people = await api.people();
  const known = new Set(customers().map((person) => person.id));
  await Promise.all([
    ...[...phones.values()].filter((phone) => phone.person && changed.includes(phone.person.id)).map((phone) => phone.refresh()),
    customer.changed(changed.filter((id) => known.has(id))),
  ]);
}

start().catch((error) => {
  document.getElementById("stage").append(h("p", { class: "empty" }, `Touchline: ${error.message}`));
  throw error;
});
