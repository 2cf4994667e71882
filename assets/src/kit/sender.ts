// Sending what the queue holds: lane by lane, in order, each act exactly once by its id.
//
// One page (or the service worker) of a device sends at a time. No answer means that the act stays;
// an act that the server already did is answered like the first time; a refusal waits for a person.

import { type Act, type FileOf, setFact } from "./device";
import { LEAST, type Sent, sendFile } from "./pieces";
import { type Outcome, acknowledge, announce, drop, fieldsOf, fileOf, list, note } from "./queue";
import { hasKey } from "./seal";

/** Why an act waits, as a word that the page says in its own language. */
export type Why = "signal" | "locked" | "sign_in" | "other_person" | "behind" | "gone" | "busy";

interface Hello {
  person: string;
  token: string;
}
interface Answer {
  status: number;
  body: Record<string, unknown>;
}

const WAITS = [1000, 3000, 8000, 20000, 60000];
const NOT_NOW = [423, 429, 502, 503, 504]; // the server will take it a little later
const LESS_THERE = ["upload_gone", "upload_unfinished", "wrong_offset"];
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
  const hello = await greet(); // also when nothing waits: the page says whether there is signal
  if (!waiting.length) return;
  if (!hello) return later(waiting);
  const held = new Set(acts.filter((act) => act.state === "refused").map((act) => act.lane));
  for (const act of waiting) {
    const why = cannot(act, hello, held);
    if (why) await wait(act, why);
    else if (act.sealed && !(await hasKey(act.person))) await wait(act, "locked");
    else if (!(await sendOne(act, hello, held))) return later(waiting);
  }
  failures = 0;
}

/** What keeps an act from being sent now, if anything does. */
function cannot(act: Act, hello: Hello, held: Set<string>): Why | null {
  if (!act.signed) {
    if (!hello.person) return "sign_in";
    if (act.person && act.person !== hello.person) return "other_person";
  }
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
  const { person = "", now = "" } = (answer?.body ?? {}) as { person?: string; now?: string };
  if (now) await setFact("clock", Date.now() - Date.parse(now));
  announce("signal", { there: answer !== null, person });
  return answer?.status === 200 ? (answer.body as unknown as Hello) : null;
}

/** Whether there was an answer; what it means is written down. */
async function sendOne(act: Act, hello: Hello, held: Set<string>): Promise<boolean> {
  const body = await fill(act, hello);
  const answer = body instanceof FormData ? await post(act, body) : body;
  if (!answer || NOT_NOW.includes(answer.status)) return false;
  if (answer.status < 300) await settle(act, answer.body);
  else if (LESS_THERE.includes(answer.body.code as string) && act.tries < TOO_OFTEN)
    return restart(act, answer.body.code === "upload_gone");
  else if (answer.status >= 500 && act.tries < TOO_OFTEN) return stumble(act);
  else await refuse(act, held, read(answer));
  return true;
}

const post = (act: Act, body: FormData): Promise<Answer | null> =>
  ask(act.url, { method: "POST", headers: headersOf(act), body });

/** The server has less of a file than this device thought: it goes on there, or from its start. */
async function restart(act: Act, gone: boolean): Promise<boolean> {
  const files = act.files.map(({ upload, done: _, ...file }) => ({ ...file, ...(upload && !gone ? { upload } : {}) }));
  await note(act.id, { files, tries: act.tries + 1 });
  return false;
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
    ...signatureOf(act),
  };
}

function signatureOf({ id, person, url, at, signed }: Act): Record<string, string> {
  if (!signed) return {};
  return {
    "X-Once": id,
    "X-Person": person,
    "X-Device": signed.device,
    "X-Digest": signed.digest,
    "X-Signature": signed.signature,
    "X-Signed-Url": url,
    "X-Happened-At": new Date(at).toISOString(),
  };
}

/** The form as it was, with today's token; large files go ahead of it. Else why it cannot go now. */
async function fill(act: Act, hello: Hello): Promise<FormData | Answer | null> {
  const body = new FormData();
  for (const [name, value] of await fieldsOf(act)) if (name !== "csrf_token" && name !== "once") body.append(name, value);
  body.append("csrf_token", hello.token);
  for (const [n, file] of act.files.entries()) {
    const blob = await fileOf(act, n);
    if (!blob) return { status: 410, body: { title: "gone", code: "gone" } };
    if (file.size < LEAST) {
      body.append(file.field, blob, file.name || "file");
      continue;
    }
    const sent = await sendAhead(act, n, blob, hello);
    if (!sent || !("url" in sent)) return sent;
    body.append("_upload", JSON.stringify({ id: sent.url.split("/").pop(), field: file.field }));
  }
  return body;
}

async function sendAhead(act: Act, n: number, blob: Blob, hello: Hello): Promise<Sent> {
  const { name, type, upload, done } = act.files[n]!;
  if (upload && done) return { url: upload };
  const write = (change: Partial<FileOf>): Promise<void> => {
    Object.assign(act.files[n]!, change);
    return note(act.id, { files: act.files });
  };
  const sent = await sendFile(blob, name, type, upload, { "X-CSRFToken": hello.token, ...signatureOf(act) }, {
    begun: (url) => void write({ upload: url }),
    progress: (share) => announce("progress", { id: act.id, share }),
  });
  if (sent && "url" in sent) await write({ upload: sent.url, done: true });
  return sent;
}

async function settle(act: Act, body: Record<string, unknown>): Promise<void> {
  const location = typeof body.location === "string" ? body.location : undefined;
  await acknowledge(act.id, location);
  if (act.settles) await drop(act.settles);
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
