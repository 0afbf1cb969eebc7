// The sandbox's control API: the only thing this page talks to.

export class ControlError extends Error {
  constructor(message, status) {
    super(message);
    this.status = status;
  }
}

async function call(method, path, body) {
  const response = await fetch(`/sandbox/${path}`, {
    method,
    headers: body === undefined ? {} : { "Content-Type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await response.text();
  let answer = null;
  try {
    answer = text ? JSON.parse(text) : null;
  } catch {
    answer = null;
  }
  if (!response.ok) throw new ControlError(answer?.error ?? answer?.message ?? (text.slice(0, 200) || response.statusText), response.status);
  return answer;
}

const person = (id, rest) => `people/${encodeURIComponent(id)}/${rest}`;

export const people = () => call("GET", "people");
export const chat = (id) => call("GET", person(id, "chat"));
export const say = (id, message) => call("POST", person(id, "say"), message);
export const tap = (id, messageId, button) => call("POST", person(id, "tap"), { message_id: messageId, button });
export const commands = (id) => call("GET", person(id, "commands"));
export const block = (id, blocked) => call("POST", person(id, "block"), { blocked });
export const mailbox = (id) => call("GET", person(id, "mailbox"));
export const mailReply = (id, messageId, text) => call("POST", person(id, "mailbox/reply"), { message_id: messageId, text });
export const mailSend = (id, subject, text) => call("POST", person(id, "mailbox/send"), { subject, text });
export const mailUnsubscribe = (id, messageId) => call("POST", person(id, "mailbox/unsubscribe"), { message_id: messageId });
export const phone = (id) => call("GET", person(id, "phone"));
export const phoneText = (id, text) => call("POST", person(id, "phone/text"), { text });
export const phoneCall = (id) => call("POST", person(id, "phone/call"), { message: true });
export const clock = () => call("GET", "clock");
export const advance = (span) => call("POST", "clock", { advance: span });
export const faults = () => call("GET", "faults");
export const setFaults = (wanted) => call("POST", "faults", wanted);
export const calls = () => call("GET", "calls");
export const violations = () => call("GET", "violations");

/** Wait for news: `{seq, changed: [person ids], now}`; the server answers when there is any, or after `wait` seconds. */
export const changes = (after, { wait = 25 } = {}) => call("GET", `changes?after=${after}&timeout=${wait}`);
