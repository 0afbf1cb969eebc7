// Telegram's HTML made of elements from an allow-list; anything else becomes its text.
import { h } from "./dom.js";

const PLAIN = { B: "b", STRONG: "b", I: "i", EM: "i", U: "u", INS: "u", S: "s", STRIKE: "s", DEL: "s", CODE: "code", PRE: "pre", BLOCKQUOTE: "blockquote" };
const LINKS = ["http:", "https:", "mailto:", "tel:"];
const COMMAND = /(^|[\s(])(\/[a-z][a-z0-9_]{1,31})(?=$|[\s.,;:!?)])/g;

/** A fragment that shows `html`. `onCommand(text)` makes /commands in it pressable. */
export function richText(html, onCommand) {
  // The parsed document is inert: no script runs and nothing loads, and only known elements are rebuilt from it.
  const parsed = new DOMParser().parseFromString(`<body>${html}</body>`, "text/html");
  const fragment = document.createDocumentFragment();
  fragment.append(...rebuild(parsed.body, onCommand));
  return fragment;
}

/** A fragment for text that carries no markup. */
export function plainText(text, onCommand) {
  const fragment = document.createDocumentFragment();
  fragment.append(...pieces(text ?? "", onCommand));
  return fragment;
}

function rebuild(parent, onCommand) {
  return [...parent.childNodes].flatMap((node) => {
    if (node.nodeType === Node.TEXT_NODE) return pieces(afterBlock(node) ? node.data.replace(/^\n/, "") : node.data, onCommand);
    if (node.nodeType !== Node.ELEMENT_NODE) return [];
    return element(node, onCommand);
  });
}

/** A quote ends its line by itself; the line break written after it would show as an empty line. */
const afterBlock = (node) => ["BLOCKQUOTE", "PRE"].includes(node.previousSibling?.tagName);

function element(node, onCommand) {
  const inside = () => rebuild(node, onCommand);
  if (["script", "style"].includes(node.localName)) return [];
  if (node.tagName === "BR") return ["\n"];
  if (node.tagName in PLAIN) {
    const long = node.tagName === "BLOCKQUOTE" && node.hasAttribute("expandable");
    return [long ? folded(inside()) : h(PLAIN[node.tagName], {}, inside())];
  }
  if (node.tagName === "TG-SPOILER" || (node.tagName === "SPAN" && node.classList.contains("tg-spoiler"))) return [spoiler(inside())];
  if (node.tagName === "A") return [link(node.getAttribute("href") ?? "", rebuild(node, null))];
  return inside();
}

function link(address, children) {
  let target = null;
  try {
    target = new URL(address);
  } catch {
    return h("span", {}, children);
  }
  if (!LINKS.includes(target.protocol)) return h("span", {}, children);
  return h("a", { href: target.href, target: "_blank", rel: "noopener noreferrer" }, children);
}

function spoiler(children) {
  return h("span", { class: "spoiler", role: "button", tabindex: "0", onclick: (event) => event.currentTarget.classList.add("open") }, children);
}

function folded(children) {
  const quote = h("blockquote", { class: "folded", tabindex: "0" }, children);
  quote.addEventListener("click", (event) => {
    event.stopPropagation();
    quote.classList.toggle("open");
  });
  return quote;
}

function pieces(text, onCommand) {
  if (!onCommand || !text.includes("/")) return [text];
  const parts = [];
  let last = 0;
  for (const found of text.matchAll(COMMAND)) {
    const start = found.index + found[1].length;
    parts.push(text.slice(last, start));
    const command = found[2];
    parts.push(h("button", { type: "button", class: "command", onclick: (event) => { event.stopPropagation(); onCommand(command); } }, command));
    last = start + command.length;
  }
  parts.push(text.slice(last));
  return parts;
}
