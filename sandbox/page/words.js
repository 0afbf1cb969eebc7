// The page's own wording, and dates by the reader's language.

const KNOWN = ["en", "ru", "th"];
const LOCALES = { en: "en-GB", ru: "ru-RU", th: "th-TH-u-ca-gregory" };

let table = {};
let fallback = {};
export let language = "en";

/** Load the wording in the language chosen before, else the browser's, else English. */
export async function load() {
  const asked = new URLSearchParams(location.search).get("lang") ?? localStorage.getItem("touchline-language") ?? navigator.language.slice(0, 2);
  language = KNOWN.includes(asked) ? asked : "en";
  document.documentElement.lang = language;
  const read = (code) => fetch(`/page/words/${code}.json`).then((response) => response.json());
  [table, fallback] = await Promise.all([read(language), language === "en" ? {} : read("en")]);
}

export function choose(code) {
  localStorage.setItem("touchline-language", code);
  const address = new URL(location.href);
  address.searchParams.delete("lang");
  location.replace(address);
  if (address.href === location.href) location.reload();
}

/** The text for `key`, with `{name}` places filled. */
export function t(key, values = {}) {
  const text = table[key] ?? fallback[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

const formats = new Map();

function format(zone, options) {
  const key = `${zone}${JSON.stringify(options)}`;
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat(LOCALES[language], { timeZone: zone, ...options }));
  return formats.get(key);
}

export const clockTime = (moment, zone) => format(zone, { hour: "2-digit", minute: "2-digit", hour12: false }).format(moment);
export const longDate = (moment, zone) => format(zone, { weekday: "short", day: "numeric", month: "short", year: "numeric" }).format(moment);
export const dayKey = (moment, zone) => new Intl.DateTimeFormat("en-CA", { timeZone: zone }).format(moment);

/** "Today", "Yesterday" or the date, seen from `now`. */
export function dayName(moment, now, zone) {
  const key = dayKey(moment, zone);
  if (key === dayKey(now, zone)) return t("today");
  if (key === dayKey(new Date(now.getTime() - 86_400_000), zone)) return t("yesterday");
  return format(zone, { weekday: "long", day: "numeric", month: "long" }).format(moment);
}

/** Time alone for today, else day and month with it. */
export function shortMoment(moment, now, zone) {
  const time = clockTime(moment, zone);
  if (dayKey(moment, zone) === dayKey(now, zone)) return time;
  return `${format(zone, { day: "numeric", month: "short" }).format(moment)}, ${time}`;
}

/** A moment as the API gives it: ISO text, or Telegram's seconds. */
export function moment(value) {
  if (typeof value === "number") return new Date(value * 1000);
  const parsed = new Date(value ?? NaN);
  return Number.isNaN(parsed.getTime()) ? null : parsed;
}
