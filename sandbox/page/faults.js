// The drawer for trouble: make a stand-in misbehave, and watch what goes over the wire.
import * as api from "./api.js";
import { h, icon, notice } from "./dom.js";
import { clockTime, moment, t } from "./words.js";

const SERVERS = ["telegram", "smtp", "imap", "twilio"];
const KINDS = {
  delay: { unit: "fault_seconds", value: "3", make: (n) => ({ delay: Number(n) }) },
  refuse: { unit: "fault_code", value: { telegram: "502", smtp: "451", imap: "1", twilio: "20500" }, make: (n) => ({ refuse: Number(n) }) },
  rate_limit: { unit: "fault_seconds", value: "30", make: (n) => ({ rate_limit: Number(n) }) },
  drop: { make: () => ({ drop: true }) },
  accept_then_drop: { make: () => ({ accept_then_drop: true }) },
};

export class Faults {
  constructor(zone) {
    this.zone = zone;
    this.server = select("fault-server", SERVERS.map((name) => [name, t(`server_${name}`)]));
    this.kind = select("fault-kind", Object.keys(KINDS).map((name) => [name, t(`fault_${name}`)]));
    this.amount = h("input", { type: "number", min: "0", step: "any", "data-testid": "fault-value" });
    this.unit = h("span");
    this.amountRow = h("label", { class: "field" }, this.unit, this.amount);
    this.times = h("input", { type: "number", min: "1", placeholder: t("fault_always"), "data-testid": "fault-times" });
    this.set = h("ul", { class: "set-faults", "data-testid": "faults-set" });
    this.calls = h("ol", { class: "wire", "data-testid": "wire" });
    this.server.addEventListener("change", () => this.suggest());
    this.kind.addEventListener("change", () => this.suggest());
    this.element = h(
      "aside",
      { class: "drawer", id: "faults", hidden: true, "aria-label": t("faults"), "data-testid": "faults" },
      h("header", { class: "panel-head" }, h("h2", {}, t("faults")), h("button", { type: "button", class: "round", "aria-label": t("close"), onclick: () => this.toggle(false) }, icon("close"))),
      h("p", { class: "quiet" }, t("faults_why")),
      h("form", { class: "fault-form", onsubmit: (event) => { event.preventDefault(); this.apply(); } },
        label(t("fault_where"), this.server), label(t("fault_what"), this.kind), this.amountRow, label(t("fault_times"), this.times),
        h("div", { class: "dialog-foot" }, h("button", { type: "button", class: "plain", "data-testid": "fault-heal", onclick: () => this.heal() }, t("fault_heal")), h("button", { type: "submit", class: "primary", "data-testid": "fault-apply" }, t("fault_apply")))),
      this.set,
      h("h3", {}, t("wire")),
      this.calls,
    );
    this.element.addEventListener("keydown", (event) => event.key === "Escape" && this.toggle(false));
    this.suggest();
  }

  button() {
    this.opener = h("button", { type: "button", class: "plain", "aria-expanded": "false", "aria-controls": "faults", title: t("faults"), "data-testid": "faults-open", onclick: () => this.toggle(this.element.hidden) }, icon("pulse"), h("span", {}, t("faults")));
    return this.opener;
  }

  toggle(open) {
    this.element.hidden = !open;
    this.opener.setAttribute("aria-expanded", String(open));
    clearInterval(this.timer);
    if (open) {
      this.refresh();
      this.timer = setInterval(() => this.refresh(), 2000);
      this.server.focus();
    } else this.opener.focus();
  }

  suggest() {
    const { unit, value } = KINDS[this.kind.value];
    this.amountRow.hidden = !unit;
    this.amount.required = Boolean(unit);
    this.unit.textContent = unit ? t(unit) : "";
    this.amount.value = typeof value === "object" ? value[this.server.value] : (value ?? "");
  }

  async apply() {
    const fault = KINDS[this.kind.value].make(this.amount.value);
    if (this.times.value) fault.times = Number(this.times.value);
    await this.post({ [this.server.value]: fault }, t("fault_set"));
  }

  heal() {
    return this.post(Object.fromEntries(SERVERS.map((name) => [name, {}])), t("fault_healed"));
  }

  async post(wanted, said) {
    try {
      await api.setFaults(wanted);
      notice(said);
      await this.refresh();
    } catch (error) {
      notice(t("not_sent", { reason: error.message }), "bad");
    }
  }

  async refresh() {
    try {
      const [set, calls] = await Promise.all([api.faults(), api.calls()]);
      this.drawSet(set);
      this.drawCalls(calls);
    } catch (error) {
      this.calls.replaceChildren(h("li", {}, t("sandbox_silent", { reason: error.message })));
    }
  }

  drawSet(set) {
    const wrong = Object.entries(set ?? {}).filter(([, fault]) => fault && Object.keys(fault).length);
    this.set.replaceChildren(...wrong.map(([server, fault]) => h("li", {}, h("strong", {}, t(`server_${server}`)), ` ${Object.entries(fault).map(([name, value]) => `${name} ${JSON.stringify(value)}`).join(", ")}`)));
    this.opener.classList.toggle("alarm", wrong.length > 0);
  }

  drawCalls(calls) {
    const list = Array.isArray(calls) ? calls : (calls?.calls ?? []);
    const recent = list.filter((call) => call.method !== "getUpdates").slice(-60).reverse();
    this.calls.replaceChildren(...recent.map((call) => {
      const at = moment(call.at);
      const fine = /^(2..|ok)$/i.test(String(call.status)) || call.status === 0;
      return h("li", { class: fine ? "" : "bad" }, at ? h("time", {}, clockTime(at, this.zone())) : null, h("span", {}, call.server), h("strong", {}, call.method), h("em", {}, String(call.status)));
    }));
  }
}

const label = (words, input) => h("label", { class: "field" }, h("span", {}, words), input);
const select = (testid, options) => h("select", { "data-testid": testid }, options.map(([value, text]) => h("option", { value }, text)));
