// Sending what the queue holds: lane by lane, in order, each act exactly once by its id.
//
// One page (or the service worker) of a device sends at a time. No answer means that the act stays;
// an act that the server already did is answered like the first time; a refusal waits for a person.

import { type Act, type FileOf } from "./device";
import { type Outcome, acknowledge, announce, drop, fileOf, list, note } from "./queue";

/** Why an act waits, as a word that the page says in its own language. */
export type Why = "signal" | "sign_in" | "other_person" | "behind" | "gone" | "busy";

interface Hello {
  person: string;
  token: string;
}
interface Answer {
  status: number;
  body: Record<string, unknown>;
}

const WAITS = [1000, 3000, 8000, 20000, 60000];
const TOO_OFTEN = 5; // faults of the server in a row before a person looks at the act
const KEPT_TO_SEE = 24 * 3600 * 1000; // ms that a sent act stays in the list
let failures = 0;
let timer: ReturnType<typeof setTimeout> | undefined;
let again = false;
let running = false;

/** Send all that can be sent; safe to call at any time, from any page. */
export async function drain(): Promise<void> {
  if (running) {
    again = true;
    return;
  }
  running = true;
  try {
    do {
      again = false;
      await alone(round);
    } while (again);
  } finally {
    running = false;
  }
}

/** One sender a device. Without the lock (plain http) ids still keep an act from being done twice. */
function alone(work: () => Promise<void>): Promise<void> {
  const locks = (navigator as Partial<Navigator>).locks;
  return locks ? locks.request("shuzhan-sender", work) : work();
}

async function round(): Promise<void> {
  clearTimeout(timer);
  const acts = await list();
  await forget(acts);
  const waiting = acts.filter((act) => act.state === "waiting");
  if (!waiting.length) return;
  const hello = await greet();
  if (!hello) return later(waiting);
  const held = new Set(acts.filter((act) => act.state === "refused").map((act) => act.lane));
  for (const act of waiting) {
    const why = cannot(act, hello, held);
    if (why) await wait(act, why);
    else if (!(await sendOne(act, hello, held))) return later(waiting);
  }
  failures = 0;
}

/** What keeps an act from being sent now, if anything does. */
function cannot(act: Act, hello: Hello, held: Set<string>): Why | null {
  if (!hello.person) return "sign_in";
  if (act.person && act.person !== hello.person) return "other_person";
  return held.has(act.lane) && !act.free ? "behind" : null;
}

async function wait(act: Act, why: Why): Promise<void> {
  if (act.why === why) return;
  await note(act.id, { why });
  announce("noted");
}

/** No signal: everything stays, and is tried again a little later. */
async function later(waiting: Act[]): Promise<void> {
  for (const act of waiting) await wait(act, "signal");
  timer = setTimeout(() => void drain(), WAITS[Math.min(failures, WAITS.length - 1)]);
  failures += 1;
}

/** Who is signed in, and a fresh form token; null without signal. */
async function greet(): Promise<Hello | null> {
  const answer = await ask("/hello", { headers: { Accept: "application/json" }, cache: "no-store" });
  return answer?.status === 200 ? (answer.body as unknown as Hello) : null;
}

/** Whether there was an answer; what it means is written down. */
async function sendOne(act: Act, hello: Hello, held: Set<string>): Promise<boolean> {
  const body = await fill(act, hello);
  if (!body) {
    await refuse(act, held, { state: "refused", why: "gone" });
    return true;
  }
  const answer = await ask(act.url, { method: "POST", headers: headersOf(act), body });
  if (!answer || [502, 503, 504].includes(answer.status)) return false;
  if (answer.status === 429) return false;
  if (answer.status < 300) await settle(act, answer.body);
  else if (answer.status >= 500 && act.tries + 1 < TOO_OFTEN) return stumble(act);
  else await refuse(act, held, read(answer));
  return true;
}

async function stumble(act: Act): Promise<boolean> {
  await note(act.id, { tries: act.tries + 1, why: "busy" });
  return false;
}

function headersOf(act: Act): Record<string, string> {
  return {
    Accept: "application/json",
    "X-Queued": "1",
    "X-Once": act.id,
    "X-Happened-At": new Date(act.at).toISOString(),
    "X-Sent-At": new Date().toISOString(),
    ...(act.back ? { "X-Clock-Back": "1" } : {}),
  };
}

/** The form as it was, with today's token; null when a file of it is gone from this device. */
async function fill(act: Act, hello: Hello): Promise<FormData | null> {
  const body = new FormData();
  for (const [name, value] of act.fields) if (name !== "csrf_token" && name !== "once") body.append(name, value);
  body.append("csrf_token", hello.token);
  for (const [n, file] of act.files.entries()) {
    const blob = await fileOf(act.id, n);
    if (!blob) return null;
    body.append(file.field, blob, nameOf(file));
  }
  return body;
}

const nameOf = (file: FileOf): string => file.name || "file";

async function settle(act: Act, body: Record<string, unknown>): Promise<void> {
  const location = typeof body.location === "string" ? body.location : undefined;
  await acknowledge(act.id, location);
  end(act.id, { state: "sent", answer: body, ...(location ? { location } : {}) });
}

async function refuse(act: Act, held: Set<string>, outcome: Outcome): Promise<void> {
  held.add(act.lane);
  const { why = "", code, status } = outcome;
  await note(act.id, { state: "refused", why, ...(code ? { code } : {}), ...(status ? { status } : {}) });
  end(act.id, outcome);
}

function end(id: string, outcome: Outcome): void {
  announce("ended", { id, outcome });
  announce("noted");
}

function read({ status, body }: Answer): Outcome {
  const said = (name: string): string => (typeof body[name] === "string" ? (body[name] as string) : "");
  return { state: "refused", status, why: said("title"), code: said("code"), field: said("field") };
}

/** The server's answer; null when none came. */
async function ask(url: string, how: RequestInit): Promise<Answer | null> {
  try {
    const answer = await fetch(url, { credentials: "same-origin", ...how });
    const body = (await answer.json().catch(() => ({}))) as Record<string, unknown>;
    return { status: answer.status, body };
  } catch {
    return null;
  }
}

/** Sent acts leave the list after a day. */
async function forget(acts: Act[]): Promise<void> {
  const old = acts.filter((act) => act.state === "sent" && Date.now() - (act.sentAt ?? 0) > KEPT_TO_SEE);
  for (const act of old) await drop(act.id);
}
