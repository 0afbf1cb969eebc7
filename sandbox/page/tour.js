// The first minute: six steps, each a button that puts the right words in the right place.
import { h, icon } from "./dom.js";
import { t } from "./words.js";

const KEPT = "touchline-tour";

/** The strip of steps. `stage` gives phone(slot), customer, clock, look(tab) and customerNamed(part). */
export function tour(stage) {
  const done = new Set(JSON.parse(sessionStorage.getItem(KEPT) ?? "[]"));
  const hint = h("p", { class: "tour-hint", role: "status", "data-testid": "tour-hint" }, t("tour_start"));
  const steps = actions(stage).map(({ name, run }, index) => {
    const button = h("button", { type: "button", class: "step", "data-testid": `tour-${name}`, title: t(`tour_${name}_hint`), onclick: () => {
      const said = run();
      hint.textContent = said ?? t(`tour_${name}_hint`);
      done.add(name);
      sessionStorage.setItem(KEPT, JSON.stringify([...done]));
      mark();
    } }, h("span", { class: "step-number" }), t(`tour_${name}`));
    const mark = () => {
      button.classList.toggle("done", done.has(name));
      button.firstChild.replaceChildren(done.has(name) ? icon("check") : String(index + 1));
    };
    mark();
    return button;
  });
  return [h("strong", { class: "tour-title" }, t("tour")), h("div", { class: "steps" }, steps), hint];
}

function actions({ phone, customer, clock, look, customerNamed }) {
  const fill = (slot, text) => {
    look(slot);
    phone(slot).fill(text);
  };
  return [
    { name: "call", run: () => fill("rep", t("tour_call_text")) },
    { name: "clock", run: () => pulse(clock.element.querySelector("[data-testid=clock-advance-1h]")) },
    { name: "done", run: () => { look("rep"); return phone("rep").pointAt(/done|готово|сделано|выполнено|เสร็จ|เรียบร้อย/i) ? undefined : t("tour_done_missing"); } },
    { name: "email", run: () => {
      look("customer");
      const person = customerNamed("Anna");
      customer.show(person).then(() => { customer.open("mail"); customer.mail.compose(t("tour_email_subject"), t("tour_email_text")); });
    } },
    { name: "mailing", run: () => fill("manager", "/mailings") },
    { name: "stock", run: () => fill("warehouse", t("tour_stock_text")) },
  ];
}

function pulse(element) {
  element.scrollIntoView({ block: "nearest", inline: "center" });
  element.focus();
  element.classList.add("hint");
  setTimeout(() => element.classList.remove("hint"), 6000);
}
