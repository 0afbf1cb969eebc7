// Building the page out of elements: everything a person typed enters as text, never as markup.

/** Make an element. `attributes` may hold listeners (`onclick`), booleans and plain attributes. */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else element.setAttribute(name, String(value));
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

const SVG = "http://www.w3.org/2000/svg";

const ICONS = {
  send: "M3.5 20.5 21 12 3.5 3.5l-.2 6.6L14 12 3.3 13.9z",
  clip: "M8 12.5 14.5 6a3.2 3.2 0 0 1 4.5 4.5l-8.6 8.6a5 5 0 0 1-7-7L11.6 4",
  menu: "M4 7h16M4 12h16M4 17h10",
  reply: "M10 6 4 12l6 6M4 12h9c4 0 7 2 7 7",
  close: "M6 6l12 12M18 6 6 18",
  down: "M6 9l6 6 6-6",
  back: "M14.5 5l-7 7 7 7",
  search: "M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM15.5 15.5 20 20",
  mail: "M4 6h16v12H4zM4 7l8 6 8-6",
  phone: "M8 3h8a1 1 0 0 1 1 1v16a1 1 0 0 1-1 1H8a1 1 0 0 1-1-1V4a1 1 0 0 1 1-1zM11 18h2",
  call: "M6 3h3l2 5-2.5 1.5a11 11 0 0 0 6 6L16 13l5 2v3a3 3 0 0 1-3 3A15 15 0 0 1 3 6a3 3 0 0 1 3-3z",
  pen: "M4 20l1-4L16 5l3 3L8 19z",
  file: "M7 3h7l4 4v14H7zM14 3v4h4",
  photo: "M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15.5 9.5h.01",
  voice: "M12 4a2.5 2.5 0 0 1 2.5 2.5v5a2.5 2.5 0 0 1-5 0v-5A2.5 2.5 0 0 1 12 4zM6 11.5a6 6 0 0 0 12 0M12 17.5V21",
  contact: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20.5c1-4 4-5.5 7.5-5.5s6.5 1.5 7.5 5.5",
  forward: "M14 6l6 6-6 6M20 12h-9c-4 0-7 2-7 7",
  pulse: "M3 12h4l3-7 4 14 3-7h4",
  pin: "M12 21s-6.5-5.800-6.5-11a6.5 6.5 0 0 1 13 0c0 5.200-6.5 11-6.5 11zM12 12.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5z",
  check: "M5 12.5l4.5 4.5L19 7.5",
};

/** A small line icon; hidden from screen readers, whose label is on the control. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", `icon icon-${name}`);
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

const HUES = [152, 205, 28, 262, 340, 188, 44, 228];

/** Round initials in a colour that stays the same for one person. */
export function avatar(person, extra = "") {
  const name = person?.name ?? "?";
  const letters = name.split(/\s+/).filter(Boolean).slice(0, 2).map((word) => [...word][0]).join("");
  const code = [...String(person?.id ?? name)].reduce((sum, letter) => sum * 31 + letter.codePointAt(0), 7) >>> 0;
  const round = h("span", { class: `avatar ${extra}`, "aria-hidden": "true" }, letters);
  round.style.setProperty("--hue", HUES[code % HUES.length]);
  return round;
}

/** Say something briefly at the bottom of the page. */
export function notice(text, kind = "plain") {
  const line = h("div", { class: `notice ${kind}`, "data-testid": "notice" }, text);
  const place = document.getElementById("notices");
  for (const old of place.children) if (old.textContent === text) old.remove();
  place.append(line);
  setTimeout(() => line.remove(), kind === "bad" ? 7000 : 4000);
}

/** A modal dialog with a heading, a close button and focus handled by the browser. */
export function dialog({ title, close, testid, wide = false }, ...children) {
  const box = h(
    "dialog",
    { class: wide ? "dialog wide" : "dialog", "aria-label": title, "data-testid": testid },
    h("div", { class: "dialog-head" }, h("h2", {}, title), h("button", { type: "button", class: "round", "aria-label": close, onclick: () => box.close() }, icon("close"))),
    ...children,
  );
  box.addEventListener("close", () => box.remove());
  box.addEventListener("click", (event) => event.target === box && box.close());
  document.body.append(box);
  box.showModal();
  return box;
}

/** The file as base64 without the `data:` prefix, as the control API takes it. */
export function base64(blob) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener("load", () => resolve(reader.result.slice(reader.result.indexOf(",") + 1)));
    reader.addEventListener("error", () => reject(reader.error));
    reader.readAsDataURL(blob);
  });
}
