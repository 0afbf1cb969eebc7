// One message of a chat, as its owner sees it.
import { dialog, h, icon } from "./dom.js";
import { plainText, richText } from "./richtext.js";
import { clockTime, moment, t } from "./words.js";

/** Whether the bot wrote it (else the phone's owner did). */
export const fromBot = (message) => message.from === "bot";

/**
 * The element of one message. `on` holds what can be done with it:
 * `reply(message)`, `press(message, button, element)`, `command(text)`, `jump(messageId)`.
 */
export function bubble(message, { zone, on, original }) {
  const mine = !fromBot(message);
  const at = moment(message.date);
  const box = h(
    "div",
    { class: "bubble", "data-testid": "bubble", "data-message-id": message.message_id, "data-from": mine ? "me" : "bot" },
    forwarded(message),
    quoted(message, original, on),
    media(message),
    words(message, on, stamp(message, at, zone)),
    h("button", { type: "button", class: "reply-to", "data-testid": "reply-to", "aria-label": t("reply"), title: t("reply"), onclick: (event) => { event.stopPropagation(); on.reply(message); } }, icon("reply")),
  );
  box.addEventListener("click", (event) => {
    if (event.target.closest("a, button, audio, .spoiler, img")) return;
    if (String(getSelection())) return;
    on.reply(message);
  });
  return h("div", { class: `message ${mine ? "mine" : "theirs"}` }, box, keyboard(message, on));
}

function words(message, on, time) {
  if (!message.html && !message.text) return time;
  const content = message.html ? richText(message.html, on.command) : plainText(message.text, fromBot(message) ? on.command : null);
  return h("div", { class: "words", dir: "auto" }, content, time);
}

function stamp(message, at, zone) {
  return h(
    "span",
    { class: "stamp" },
    message.edits ? h("span", { class: "edited", "data-testid": "edited" }, t("edited")) : null,
    at ? h("time", { datetime: at.toISOString() }, clockTime(at, zone)) : null,
  );
}

function forwarded(message) {
  if (!message.forwarded_from) return null;
  return h("div", { class: "forwarded" }, icon("forward"), t("forwarded_from", { name: message.forwarded_from }));
}

function quoted(message, original, on) {
  if (!message.reply_to) return null;
  const id = message.reply_to;
  const source = original(id);
  return h(
    "button",
    { type: "button", class: "quoted", onclick: (event) => { event.stopPropagation(); on.jump(id); } },
    h("strong", {}, source && !fromBot(source) ? t("you") : "Touchline"),
    h("span", {}, source ? summary(source) : t("message_gone")),
  );
}

/** One line that stands for a message where there is no room for it. */
export function summary(message) {
  const text = (message.text || "").replace(/\s+/g, " ").trim();
  if (text) return text.length > 90 ? `${text.slice(0, 90)}…` : text;
  if (message.photo) return t("photo");
  if (message.file?.kind === "voice") return t("voice");
  if (message.contact) return t("contact");
  return message.file?.name ?? t("file");
}

function media(message) {
  const parts = [];
  const picture = message.photo?.url;
  if (picture) parts.push(photo(picture));
  if (message.file && !picture) parts.push(["voice", "audio"].includes(message.file.kind) ? voice(message.file) : file(message.file));
  if (message.contact) parts.push(contact(message.contact));
  if (message.location) parts.push(place(message.location));
  return parts;
}

function photo(url) {
  const open = () => dialog({ title: t("photo"), close: t("close"), wide: true }, h("img", { src: url, alt: t("photo"), class: "full" }));
  return h("button", { type: "button", class: "photo", "aria-label": t("open_photo"), onclick: (event) => { event.stopPropagation(); open(); } }, h("img", { src: url, alt: t("photo"), loading: "lazy" }));
}

function voice(sound) {
  return h("div", { class: "voice", "data-testid": "voice" }, icon("voice"), h("audio", { controls: true, preload: "none", src: sound.url, "aria-label": t("voice") }));
}

function file(item) {
  return h(
    item.url ? "a" : "div",
    { class: "file", href: item.url, download: item.url ? (item.name ?? "") : null, "data-testid": "file" },
    h("span", { class: "file-icon" }, icon("file")),
    h("span", { class: "file-name" }, h("strong", {}, item.name ?? t("file")), item.size ? h("small", {}, bytes(item.size)) : null),
  );
}

const bytes = (size) => (size < 1024 ? `${size} B` : size < 1_048_576 ? `${Math.round(size / 1024)} KB` : `${(size / 1_048_576).toFixed(1)} MB`);

function contact(card) {
  const name = [card.first_name, card.last_name].filter(Boolean).join(" ");
  return h("div", { class: "contact" }, h("span", { class: "file-icon" }, icon("contact")), h("span", { class: "file-name" }, h("strong", {}, name), h("small", {}, card.phone_number ?? "")));
}

function place(point) {
  const near = `${Number(point.latitude).toFixed(5)}, ${Number(point.longitude).toFixed(5)}`;
  return h("div", { class: "contact" }, h("span", { class: "file-icon" }, icon("pin")), h("span", { class: "file-name" }, h("strong", {}, t("location")), h("small", {}, near)));
}

function keyboard(message, on) {
  if (!message.buttons?.length) return null;
  const rows = message.buttons.map((row) => h("div", { class: "row" }, row.map((button) => key(message, button, on))));
  return h("div", { class: "keyboard", "data-testid": "keyboard" }, rows);
}

function key(message, button, on) {
  if (button.url) return h("a", { class: "key", "data-testid": "button", href: button.url, target: "_blank", rel: "noopener noreferrer" }, button.text);
  return h("button", { type: "button", class: "key", "data-testid": "button", onclick: (event) => on.press(message, button, event.currentTarget) }, button.text);
}
