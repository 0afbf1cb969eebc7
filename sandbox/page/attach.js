// What can be sent besides words: a file, a photo, a voice note, a contact, a forwarded message.
import { base64, dialog, h, icon, notice } from "./dom.js";
import { t } from "./words.js";

/** The paper-clip and its menu. `send(message)` says it; `people()` are those a message can be forwarded from. */
export function attachMenu(send, people) {
  const choices = [
    ["photo", t("photo"), () => pick("image/*", (file) => send({ photo: file }))],
    ["file", t("file"), () => pick("", (file) => send({ file }))],
    ["voice", t("voice"), () => voiceDialog(send)],
    ["contact", t("contact"), () => contactDialog(send)],
    ["forward", t("forward"), () => forwardDialog(send, people())],
  ];
  const items = choices.map(([kind, label, run]) => h("button", { type: "button", role: "menuitem", "data-testid": `attach-${kind}`, onclick: () => { box.open = false; run(); } }, icon(kind), label));
  const box = h("details", { class: "attach" }, h("summary", { class: "round", "aria-label": t("attach"), title: t("attach"), "data-testid": "attach" }, icon("clip")), h("div", { class: "menu", role: "menu" }, items));
  box.addEventListener("focusout", (event) => { if (!box.contains(event.relatedTarget)) box.open = false; });
  box.addEventListener("keydown", (event) => { if (event.key === "Escape") box.open = false; });
  return box;
}

function pick(accept, use) {
  const field = h("input", { type: "file", accept, hidden: true, "data-testid": "file-field" });
  field.addEventListener("change", async () => {
    const file = field.files[0];
    field.remove();
    if (file) await use({ name: file.name, media_type: file.type || "application/octet-stream", content_base64: await base64(file) });
  });
  field.addEventListener("cancel", () => field.remove());
  document.body.append(field);
  field.click();
}

function field(label, attributes) {
  const input = h(attributes.rows ? "textarea" : "input", attributes);
  return { input, row: h("label", { class: "field" }, h("span", {}, label), input) };
}

function formDialog(title, testid, rows, label, submit) {
  const form = h("form", { onsubmit: async (event) => { event.preventDefault(); if ((await submit()) !== false) box.close(); } }, rows, h("div", { class: "dialog-foot" }, h("button", { type: "submit", class: "primary" }, label)));
  const box = dialog({ title, close: t("close"), testid }, form);
  form.querySelector("input, textarea, select")?.focus();
}

function contactDialog(send) {
  const name = field(t("name"), { required: true, autocomplete: "off", "data-testid": "contact-name" });
  const phone = field(t("phone_number"), { required: true, type: "tel", autocomplete: "off", placeholder: "+66 81 234 5678", "data-testid": "contact-phone" });
  formDialog(t("contact"), "contact-dialog", [name.row, phone.row], t("send"), () => {
    const [first, ...rest] = name.input.value.trim().split(/\s+/);
    return send({ contact: { first_name: first, last_name: rest.join(" "), phone_number: phone.input.value.trim() } });
  });
}

function forwardDialog(send, people) {
  const list = h("datalist", { id: "forward-people" }, people.slice(0, 400).map((person) => h("option", { value: person.name })));
  const from = field(t("from"), { required: true, autocomplete: "off", list: "forward-people", "data-testid": "forward-from" });
  const text = field(t("message"), { required: true, rows: "4", "data-testid": "forward-text" });
  formDialog(t("forward"), "forward-dialog", [from.row, list, text.row], t("send"), () => {
    const name = from.input.value.trim();
    // Somebody with an account here is forwarded as that account, anybody else by the name alone.
    const account = people.find((person) => person.telegram_id && person.name === name);
    return send({ text: text.input.value.trim(), forward_from: account?.id ?? name });
  });
}

function voiceDialog(send) {
  const state = h("p", { class: "quiet", role: "status" }, t("voice_hint"));
  let recorder = null;
  const finish = async (blob, name) => {
    box.close();
    await send({ voice: { name, media_type: blob.type.split(";")[0], content_base64: await base64(blob) } });
  };
  const record = h("button", { type: "button", class: "primary", onclick: async () => {
    if (recorder?.state === "recording") return recorder.stop();
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
      recorder = capture(stream, (blob) => finish(blob, "voice.ogg"));
      record.textContent = t("voice_stop");
      state.textContent = t("voice_recording");
    } catch (error) {
      state.textContent = t("voice_refused", { reason: error.message });
    }
    return undefined;
  } }, t("voice_record"));
  const sample = h("button", { type: "button", class: "plain", "data-testid": "voice-sample", onclick: () => hum((blob) => finish(blob, "sample.ogg")) }, t("voice_sample"));
  const box = dialog({ title: t("voice"), close: t("close"), testid: "voice-dialog" }, state, h("div", { class: "dialog-foot" }, sample, record));
  box.addEventListener("close", () => recorder?.state === "recording" && recorder.stream.getTracks().forEach((track) => track.stop()));
}

function capture(stream, done) {
  const type = ["audio/ogg;codecs=opus", "audio/webm;codecs=opus"].find((kind) => MediaRecorder.isTypeSupported(kind));
  const recorder = new MediaRecorder(stream, { mimeType: type });
  const parts = [];
  recorder.addEventListener("dataavailable", (event) => parts.push(event.data));
  recorder.addEventListener("stop", () => {
    stream.getTracks().forEach((track) => track.stop());
    done(new Blob(parts, { type: recorder.mimeType }));
  });
  recorder.start();
  return recorder;
}

/** Two seconds of a soft tone, for machines without a microphone. */
async function hum(done) {
  if (!window.MediaRecorder) return notice(t("voice_refused", { reason: "MediaRecorder" }), "bad");
  const audio = new AudioContext();
  await audio.resume();
  const tone = new OscillatorNode(audio, { frequency: 220 });
  const quiet = new GainNode(audio, { gain: 0.2 });
  const out = new MediaStreamAudioDestinationNode(audio);
  tone.connect(quiet).connect(out);
  tone.start();
  const recorder = capture(out.stream, (blob) => { audio.close(); done(blob); });
  setTimeout(() => recorder.stop(), 2000);
  return undefined;
}
