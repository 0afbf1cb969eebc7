// A customer's mailbox: the list, an open letter, a reply, a new letter.
import * as api from "./api.js";
import { avatar, h, icon, notice } from "./dom.js";
import { longDate, clockTime, moment, shortMoment, t } from "./words.js";

const FRAME = `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:"><base target="_blank"><style>body{margin:0;font:15px/1.5 system-ui,"Noto Sans","Noto Sans Thai",sans-serif;color:#17211b;overflow-wrap:anywhere}body>:first-child{margin-top:0}img{max-width:100%}</style>`;

export class Mailbox {
  constructor(context) {
    this.context = context;
    this.letters = [];
    this.read = new Map();
    this.openId = null;
    this.element = h("div", { class: "box mail", role: "tabpanel", id: "box-mail", "aria-labelledby": "tab-mail", "data-testid": "mailbox" });
  }

  async show(person) {
    this.person = person;
    this.openId = null;
    this.letters = [];
    this.writing = false;
    await this.refresh();
  }

  async refresh() {
    const person = this.person;
    if (!person?.email) return this.draw();
    try {
      const letters = await api.mailbox(person.id);
      if (person !== this.person) return undefined;
      this.letters = [...letters].sort((a, b) => (moment(b.date) ?? 0) - (moment(a.date) ?? 0));
    } catch (error) {
      notice(t("sandbox_silent", { reason: error.message }), "bad");
    }
    // Opening somebody's mailbox for the first time shows what is waiting there as unread; a letter is read by opening it.
    if (!this.read.has(person.id)) this.read.set(person.id, new Set());
    const list = JSON.stringify(this.letters.map((letter) => letter.message_id));
    if (this.openId === null && !this.writing) this.draw();
    else if (list !== this.drawnList) this.drawBar();
    this.drawnList = list;
    this.context.onUnread(this.unread().length);
    return undefined;
  }

  mine(letter) {
    return ["out", "outbound", "sent", "outgoing"].includes(letter.direction) || (!letter.direction && addressOf(letter.from) === this.person.email);
  }

  unread() {
    const read = this.read.get(this.person?.id) ?? new Set();
    return this.letters.filter((letter) => !this.mine(letter) && !read.has(letter.message_id));
  }

  draw() {
    if (!this.person?.email) return this.element.replaceChildren(h("p", { class: "empty" }, t("no_email")));
    if (this.writing) return this.drawNew();
    const letter = this.letters.find((one) => one.message_id === this.openId);
    return letter ? this.drawLetter(letter) : this.drawList();
  }

  drawBar() {
    const fresh = this.unread().length;
    this.bar?.replaceChildren(icon("back"), fresh ? t("inbox_n", { n: fresh }) : t("inbox"));
  }

  back() {
    this.bar = h("button", { type: "button", class: "plain", "data-testid": "mail-back", onclick: () => { this.openId = null; this.writing = false; this.draw(); } });
    this.drawBar();
    return this.bar;
  }

  drawList() {
    const rows = this.letters.map((letter) => this.row(letter));
    this.element.replaceChildren(
      h("div", { class: "box-bar" }, h("strong", {}, t("inbox")), h("button", { type: "button", class: "plain", "data-testid": "mail-new", onclick: () => { this.writing = true; this.draw(); } }, icon("pen"), t("new_letter"))),
      rows.length ? h("ul", { class: "letters" }, rows) : h("p", { class: "empty" }, t("inbox_empty")),
    );
  }

  row(letter) {
    const mine = this.mine(letter);
    const at = moment(letter.date);
    const fresh = this.unread().includes(letter);
    const other = nameOf(mine ? letter.to : letter.from);
    return h("li", {}, h(
      "button",
      { type: "button", class: fresh ? "letter fresh" : "letter", "data-testid": "mail-item", "data-message-id": letter.message_id, onclick: () => this.open(letter.message_id) },
      avatar({ id: other, name: other }, "small"),
      h("span", { class: "letter-text" },
        h("span", { class: "letter-top" }, h("strong", {}, mine ? t("to_name", { name: other }) : other), at ? h("time", {}, shortMoment(at, this.context.now(), this.context.zoneOf(this.person))) : null),
        h("span", { class: "letter-subject" }, letter.subject || t("no_subject")),
        h("span", { class: "letter-start" }, (letter.text ?? "").replace(/\s+/g, " ").slice(0, 140))),
    ));
  }

  open(id) {
    this.openId = id;
    this.writing = false;
    this.read.get(this.person.id)?.add(id);
    this.draw();
    this.context.onUnread(this.unread().length);
  }

  drawLetter(letter) {
    const zone = this.context.zoneOf(this.person);
    const at = moment(letter.date);
    this.element.replaceChildren(
      h("div", { class: "box-bar" }, this.back(), offersLeave(letter) ? h("button", { type: "button", class: "plain", "data-testid": "mail-unsubscribe", onclick: (event) => leave(this.person, letter, event.currentTarget) }, t("unsubscribe")) : null),
      h("article", { class: "open-letter", tabindex: "0" },
        h("h3", {}, letter.subject || t("no_subject")),
        h("p", { class: "letter-meta" }, h("strong", {}, nameOf(letter.from)), " ", h("span", {}, addressOf(letter.from)), h("br"), t("to_name", { name: nameOf(letter.to) }), at ? ` · ${longDate(at, zone)}, ${clockTime(at, zone)}` : ""),
        body(letter),
        attachments(letter)),
      ...(this.mine(letter) ? [] : [this.replyForm(letter)]),
    );
    this.element.querySelector(".open-letter").focus({ preventScroll: true });
  }

  replyForm(letter) {
    const text = h("textarea", { rows: "3", required: true, "data-testid": "mail-reply", "aria-label": t("reply_to_letter"), placeholder: t("reply_to_letter") });
    const send = h("button", { type: "submit", class: "primary", "data-testid": "mail-reply-send" }, t("send"));
    return h("form", { class: "letter-form", onsubmit: async (event) => {
      event.preventDefault();
      const done = await this.deliver(send, () => api.mailReply(this.person.id, letter.message_id, text.value));
      if (done) text.value = "";
    } }, text, send);
  }

  drawNew({ subject = "", text = "" } = {}) {
    const title = h("input", { required: true, "data-testid": "mail-subject", autocomplete: "off" });
    const words = h("textarea", { rows: "8", required: true, "data-testid": "mail-text" });
    title.value = subject;
    words.value = text;
    const send = h("button", { type: "submit", class: "primary", "data-testid": "mail-send" }, t("send"));
    this.element.replaceChildren(
      h("div", { class: "box-bar" }, this.back(), h("strong", {}, t("new_letter"))),
      h("form", { class: "letter-form new", onsubmit: async (event) => {
        event.preventDefault();
        const done = await this.deliver(send, () => api.mailSend(this.person.id, title.value, words.value));
        if (done) {
          this.writing = false;
          this.draw();
        }
      } },
      h("label", { class: "field" }, h("span", {}, t("subject")), title),
      h("label", { class: "field grow" }, h("span", {}, t("letter")), words),
      h("p", { class: "quiet" }, t("letter_goes")),
      h("div", { class: "dialog-foot" }, send)),
    );
    (subject ? send : title).focus();
  }

  /** Open a new letter with these words in it, ready to send. */
  compose(subject, text) {
    this.writing = true;
    this.openId = null;
    this.drawNew({ subject, text });
  }

  async deliver(button, send) {
    button.disabled = true;
    try {
      await send();
      notice(t("letter_sent"));
      await this.refresh();
      return true;
    } catch (error) {
      notice(t("not_sent", { reason: error.message }), "bad");
      return false;
    } finally {
      button.disabled = false;
    }
  }
}

function body(letter) {
  const plain = h("div", { class: "letter-body", dir: "auto", "data-testid": "mail-body" }, letter.text ?? "");
  if (!letter.html) return plain;
  // No scripts and nothing from outside in the frame; same origin only so that its height can be read.
  const frame = h("iframe", { class: "letter-frame", title: letter.subject ?? t("letter"), sandbox: "allow-same-origin allow-popups allow-popups-to-escape-sandbox", srcdoc: FRAME + letter.html, "data-testid": "mail-frame" });
  frame.addEventListener("load", () => { frame.style.height = `${frame.contentDocument.body.scrollHeight + 24}px`; });
  const box = h("div", {}, frame);
  const toggle = h("button", { type: "button", class: "plain small", onclick: () => {
    const html = box.firstChild === frame;
    box.replaceChildren(html ? plain : frame);
    toggle.textContent = html ? t("show_html") : t("show_text");
  } }, t("show_text"));
  return h("div", {}, box, toggle);
}

function attachments(letter) {
  if (!letter.attachments?.length) return null;
  return h("ul", { class: "attachments" }, letter.attachments.map((item) => {
    const address = item.url ?? (item.content_base64 ? `data:${item.media_type ?? "application/octet-stream"};base64,${item.content_base64}` : null);
    return h("li", {}, h(address ? "a" : "span", { href: address, download: address ? item.name : null }, icon("file"), item.name ?? item.filename));
  }));
}

const text = (value) => (Array.isArray(value) ? value.join(", ") : (value ?? ""));
const addressOf = (value) => (/<([^>]+)>/.exec(text(value))?.[1] ?? text(value)).trim();
const nameOf = (value) => text(value).replace(/\s*<[^>]*>/g, "").replace(/^"|"$/g, "").trim() || addressOf(value);

function header(letter, name) {
  const all = Array.isArray(letter.headers) ? letter.headers : Object.entries(letter.headers ?? {});
  return all.find(([key]) => key.toLowerCase() === name)?.[1] ?? "";
}

/** Whether the letter offers RFC 8058's one-click unsubscribe, as a mail program reads it from the headers. */
const offersLeave = (letter) => /one-click/i.test(header(letter, "list-unsubscribe-post")) && /<https?:/.test(header(letter, "list-unsubscribe"));

async function leave(person, letter, button) {
  button.disabled = true;
  try {
    const { status } = await api.mailUnsubscribe(person.id, letter.message_id);
    if (status >= 300) throw new Error(String(status));
    notice(t("unsubscribed"));
  } catch (error) {
    notice(t("not_sent", { reason: error.message }), "bad");
    button.disabled = false;
  }
}
