// A staff member's phone: the chat with the bot, kept in step with the sandbox.
import * as api from "./api.js";
import { attachMenu } from "./attach.js";
import { bubble, fromBot, summary } from "./bubble.js";
import { avatar, dialog, h, icon, notice } from "./dom.js";
import { dayKey, dayName, moment, t } from "./words.js";

export class Phone {
  /** `slot` names the place on the page; `context` gives now(), zoneOf(person), choose(phone, id), onUnread(). */
  constructor(slot, context) {
    this.slot = slot;
    this.context = context;
    this.person = null;
    this.messages = [];
    this.nodes = new Map();
    this.readUpTo = 0;
    this.dividerAt = null;
    this.replying = null;
    this.drafts = new Map();
    this.loading = Promise.resolve();
    this.element = h("section", { class: "panel phone", "data-slot": slot });
    this.element.addEventListener("pointerenter", () => this.markRead());
    this.element.addEventListener("focusin", () => this.markRead());
    this.build();
  }

  build() {
    this.face = h("span", { class: "face" });
    this.title = h("h2", {});
    this.subtitle = h("p", {});
    this.badge = h("span", { class: "badge", hidden: true, "data-testid": "unread" });
    this.choice = h("select", { "aria-label": t("whose_phone"), title: t("whose_phone"), "data-testid": `phone-choice-${this.slot}`, onchange: () => this.context.choose(this, this.choice.value) });
    this.switch = h("label", { class: "switch round" }, icon("down"), this.choice);
    this.list = h("div", { class: "messages", role: "log", "aria-live": "polite", tabindex: "0", "data-testid": "messages" });
    this.list.addEventListener("scroll", () => this.atEnd() && this.list.matches(":hover, :focus") && this.markRead());
    this.jump = h("button", { type: "button", class: "jump", hidden: true, "data-testid": "jump-unread", onclick: () => this.jumpToUnread() });
    this.toast = h("div", { class: "toast", role: "status", hidden: true, "data-testid": "toast" });
    this.element.append(
      h("header", { class: "panel-head" }, this.face, h("div", { class: "who" }, this.title, this.subtitle), this.badge, this.switch),
      h("div", { class: "screen" }, this.list, this.jump, this.toast),
      this.composer(),
    );
  }

  composer() {
    this.input = h("textarea", { rows: "1", "data-testid": "input", "aria-label": t("message"), placeholder: t("message"), enterkeyhint: "send", oninput: () => this.grow() });
    this.input.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        this.submit();
      }
      if (event.key === "Escape") this.stopReply();
    });
    this.replyBar = h("div", { class: "reply-bar", hidden: true, "data-testid": "reply-bar" });
    this.menuButton = h("button", { type: "button", class: "round", "aria-label": t("commands"), title: t("commands"), "data-testid": "commands", "aria-expanded": "false", onclick: () => this.toggleMenu() }, icon("menu"));
    this.menu = h("div", { class: "menu", hidden: true, role: "menu", "data-testid": "command-list" });
    this.attach = attachMenu((message) => this.send(message), () => this.context.people());
    const form = h(
      "form",
      { class: "composer", onsubmit: (event) => { event.preventDefault(); this.submit(); } },
      this.menuButton,
      this.attach,
      this.input,
      h("button", { type: "submit", class: "round send", "aria-label": t("send"), title: t("send"), "data-testid": "send" }, icon("send")),
    );
    this.answers = h("div", { class: "answers keyboard", hidden: true, "data-testid": "answers" });
    return h("div", { class: "bottom" }, this.menu, this.replyBar, form, this.answers);
  }

  /** Show this person's chat; what was typed for the last one is kept. */
  async show(person) {
    if (this.person) this.drafts.set(this.person.id, this.input.value);
    this.person = person;
    this.messages = [];
    this.nodes.clear();
    this.list.replaceChildren();
    this.dividerAt = null;
    this.firstLoad = true;
    this.stopReply();
    this.input.value = this.drafts.get(person.id) ?? "";
    this.grow();
    this.element.dataset.testid = `phone-${person.id}`;
    this.element.setAttribute("aria-label", t("phone_of", { name: person.name }));
    this.face.replaceChildren(avatar(person));
    this.title.textContent = person.name;
    this.subtitle.textContent = `${t(`role_${person.role}`)} · ${t("chat_with")}`;
    this.choice.replaceChildren(...this.context.choices(this).map((other) => h("option", { value: other.id, selected: other.id === person.id }, `${other.name} · ${t(`role_${other.role}`)}`)));
    this.switch.hidden = this.choice.options.length < 2;
    await this.refresh();
  }

  /** Read the chat again; one reading at a time, so that an old answer never overwrites a newer one. */
  refresh() {
    this.loading = this.loading.then(() => this.read()).catch((error) => notice(t("sandbox_silent", { reason: error.message }), "bad"));
    return this.loading;
  }

  async read() {
    const person = this.person;
    if (!person) return;
    const messages = await api.chat(person.id);
    if (person !== this.person) return;
    const end = this.atEnd() || this.firstLoad;
    const before = this.messages;
    this.messages = messages;
    const newest = messages.at(-1)?.message_id ?? 0;
    const mine = messages.filter((message) => !fromBot(message)).at(-1)?.message_id ?? 0;
    if (this.firstLoad) this.readUpTo = newest;
    else if (mine > (before.at(-1)?.message_id ?? 0)) this.readUpTo = Math.max(this.readUpTo, mine);
    this.firstLoad = false;
    if (this.active() && end) this.readUpTo = newest;
    else if (this.dividerAt === null && this.unread().length) this.dividerAt = this.unread()[0].message_id;
    this.draw();
    this.drawAnswers();
    if (end) this.list.scrollTop = this.list.scrollHeight;
    this.count();
  }

  draw() {
    const zone = this.context.zoneOf(this.person);
    const now = this.context.now();
    const wanted = [];
    let day = "";
    for (const message of this.messages) {
      const at = moment(message.date);
      if (at && dayKey(at, zone) !== day) {
        day = dayKey(at, zone);
        wanted.push(this.node(`day-${day}`, dayName(at, now, zone), () => h("div", { class: "day", "data-testid": "day" }, h("span", {}, dayName(at, now, zone)))));
      }
      if (message.message_id === this.dividerAt) wanted.push(this.node("unread", "", () => h("div", { class: "unread-line", "data-testid": "unread-line" }, h("span", {}, t("unread")))));
      wanted.push(this.messageNode(message, zone));
    }
    if (!wanted.length) wanted.push(this.node("empty", "", () => h("p", { class: "empty" }, t(`chat_empty_${this.slot}`))));
    place(this.list, wanted);
  }

  /** The keyboard of ready answers that the bot's newest message brought, under the typing field. */
  drawAnswers() {
    const rows = this.messages.filter(fromBot).at(-1)?.keyboard ?? [];
    this.answers.hidden = rows.length === 0;
    this.answers.replaceChildren(...rows.map((row) => h("div", { class: "row" }, row.map((text) => h("button", { type: "button", class: "key", "data-testid": "answer", onclick: () => this.send({ text }) }, text)))));
  }

  messageNode(message, zone) {
    const key = `message-${message.message_id}`;
    const old = this.nodes.get(key);
    const node = this.node(key, JSON.stringify(message), () => bubble(message, { zone, on: this.actions(), original: (id) => this.find(id) }));
    if (old && old.node !== node) node.classList.add("changed");
    return node;
  }

  node(key, content, make) {
    const old = this.nodes.get(key);
    if (old?.content === content) return old.node;
    const node = make();
    this.nodes.set(key, { content, node });
    return node;
  }

  find(id) {
    return this.messages.find((message) => message.message_id === id);
  }

  actions() {
    return {
      reply: (message) => this.startReply(message),
      press: (message, button, element) => this.press(message, button, element),
      command: (text) => this.send({ text }),
      jump: (id) => this.flash(id),
    };
  }

  async press(message, button, element) {
    element.classList.add("waiting");
    element.setAttribute("aria-busy", "true");
    try {
      const answer = await api.tap(this.person.id, message.message_id, button.data ?? button.text);
      if (answer.url) window.open(answer.url, "_blank", "noopener");
      if (answer.alert) dialog({ title: "Touchline", close: t("close"), testid: "alert" }, h("p", {}, answer.toast ?? ""));
      else if (answer.toast) this.say(answer.toast);
      else if (!answer.answered) this.say(t("no_answer"));
    } catch (error) {
      notice(t("tap_failed", { reason: error.message }), "bad");
    } finally {
      element.classList.remove("waiting");
      element.removeAttribute("aria-busy");
    }
    await this.refresh();
  }

  say(text) {
    this.toast.textContent = text;
    this.toast.hidden = false;
    clearTimeout(this.toastTimer);
    this.toastTimer = setTimeout(() => { this.toast.hidden = true; }, 4500);
  }

  async submit() {
    const text = this.input.value.trim();
    if (!text) return;
    const sent = await this.send({ text });
    if (sent && this.input.value.trim() === text) {
      this.input.value = "";
      this.grow();
    }
  }

  /** Say something as this person; the reply bar, when open, makes it a reply. */
  async send(message) {
    const whole = this.replying ? { ...message, reply_to: this.replying.message_id } : message;
    try {
      await api.say(this.person.id, whole);
    } catch (error) {
      notice(t("not_sent", { reason: error.message }), "bad");
      return false;
    }
    this.stopReply();
    this.dividerAt = null;
    this.readUpTo = this.messages.at(-1)?.message_id ?? this.readUpTo;
    await this.refresh();
    this.list.scrollTop = this.list.scrollHeight;
    return true;
  }

  fill(text) {
    this.input.value = text;
    this.grow();
    this.input.focus();
  }

  grow() {
    this.input.style.height = "";
    // A phone on a hidden tab has no size yet: one line is right until it is typed into.
    if (this.visible()) this.input.style.height = `${Math.min(this.input.scrollHeight, 140)}px`;
  }

  startReply(message) {
    this.replying = message;
    this.replyBar.hidden = false;
    this.replyBar.replaceChildren(
      icon("reply"),
      h("div", {}, h("strong", {}, t("reply")), h("span", {}, summary(message))),
      h("button", { type: "button", class: "round", "aria-label": t("cancel_reply"), onclick: () => this.stopReply() }, icon("close")),
    );
    this.input.focus();
  }

  stopReply() {
    this.replying = null;
    this.replyBar.hidden = true;
  }

  async toggleMenu() {
    if (!this.menu.hidden) return this.closeMenu();
    let known = [];
    try {
      known = await api.commands(this.person.id);
    } catch (error) {
      if (error.status !== 404) notice(t("sandbox_silent", { reason: error.message }), "bad");
    }
    const items = known.map((item) => h("button", { type: "button", role: "menuitem", onclick: () => { this.closeMenu(); this.send({ text: `/${item.command}` }); } }, h("strong", {}, `/${item.command}`), h("span", {}, item.description)));
    this.menu.replaceChildren(...(items.length ? items : [h("p", {}, t("no_commands"))]));
    this.menu.hidden = false;
    this.menuButton.setAttribute("aria-expanded", "true");
    const away = (event) => {
      if (event.type === "keydown" ? event.key === "Escape" : !this.element.contains(event.target) || !event.target.closest(".menu, [data-testid=commands]")) {
        this.closeMenu();
        document.removeEventListener("pointerdown", away);
        document.removeEventListener("keydown", away);
      }
    };
    document.addEventListener("pointerdown", away);
    document.addEventListener("keydown", away);
    return items[0]?.focus();
  }

  closeMenu() {
    this.menu.hidden = true;
    this.menuButton.setAttribute("aria-expanded", "false");
  }

  active() {
    return document.hasFocus() && this.visible() && (this.element.matches(":hover") || this.element.contains(document.activeElement));
  }

  visible() {
    return this.element.offsetParent !== null;
  }

  atEnd() {
    return this.list.scrollHeight - this.list.scrollTop - this.list.clientHeight < 60;
  }

  unread() {
    return this.messages.filter((message) => fromBot(message) && message.message_id > this.readUpTo);
  }

  markRead() {
    if (!this.visible() || !this.atEnd() || !this.unread().length) return;
    this.readUpTo = this.messages.at(-1).message_id;
    this.count();
  }

  count() {
    const waiting = this.unread().length;
    this.badge.hidden = waiting === 0;
    this.badge.textContent = String(waiting);
    this.badge.setAttribute("aria-label", t("unread_count", { n: waiting }));
    this.jump.hidden = waiting === 0 || this.atEnd();
    this.jump.replaceChildren(icon("down"), t("unread_count", { n: waiting }));
    this.context.onUnread(this, waiting);
  }

  jumpToUnread() {
    const first = this.unread()[0];
    if (first) this.flash(first.message_id);
    this.readUpTo = this.messages.at(-1)?.message_id ?? 0;
    this.count();
  }

  flash(id) {
    const node = this.nodes.get(`message-${id}`)?.node;
    if (!node?.isConnected) return;
    node.scrollIntoView({ block: "center", behavior: "smooth" });
    node.classList.remove("flash");
    requestAnimationFrame(() => node.classList.add("flash"));
  }

  /** Point at the buttons under the newest card that has one reading like `pattern`. */
  pointAt(pattern) {
    const keys = [...this.list.querySelectorAll(".key")].filter((key) => pattern.test(key.textContent));
    const last = keys.at(-1);
    if (!last) return false;
    last.scrollIntoView({ block: "center", behavior: "smooth" });
    last.classList.add("hint");
    setTimeout(() => last.classList.remove("hint"), 6000);
    last.focus({ preventScroll: true });
    return true;
  }
}

/** Put `wanted` into `parent` in order, touching only what differs, so that focus and scrolling stay. */
function place(parent, wanted) {
  const keep = new Set(wanted);
  for (const child of [...parent.children]) if (!keep.has(child)) child.remove();
  wanted.forEach((node, index) => {
    if (parent.children[index] !== node) parent.insertBefore(node, parent.children[index] ?? null);
  });
}
