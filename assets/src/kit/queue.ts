// The one queue of a device. An act is a form submission with its own id, made here, kept in
// IndexedDB, and later sent as the very POST the form would have made: same address, same rules.
//
//   const ticket = await submit({ url, lane, title, fields, files });   // safe on this device now
//   const end = await ticket.outcome(8000);                             // "sent" | "refused" | "waiting"
//
// Or, without a line of script, `<form data-queue="vehicle:ID">` (see hand.ts).

import { type Act, type ActState, type FileOf, type Pair, device, fact, setFact } from "./device";
import { type Unlocked, enrolled, unlocked } from "./enrolled";
import { leaveBehind } from "./pages";
import { Locked, forgetKeys, seal, unseal } from "./seal";
import { signAct } from "./sign_act";

/** What is asked of the queue. `lane`: acts of one lane keep their order, e.g. `vehicle:ID`. */
export interface Asked {
  url: string;
  lane: string;
  title: string;
  fields?: Pair[];
  files?: { field: string; file: File }[];
  /** Order does not matter: a refused act before it does not hold it up (a photo). */
  free?: boolean;
  /** Where the act was made; its form shows what the server has now when the act is refused. */
  page?: string;
  labels?: Record<string, string>;
  settles?: string;
  /** Only their person may read it on this device: belongings, identities, anything with a PIN in it. */
  sealed?: boolean;
}
/** What became of an act. `answer`: what the view said, e.g. {id, url}; `why`: the refusal's sentence. */
export interface Outcome {
  state: ActState;
  location?: string;
  answer?: Record<string, unknown>;
  why?: string;
  code?: string;
  field?: string;
  status?: number;
}
export interface Ticket {
  id: string;
  /** How it ended within `ms`; "waiting" when it has not. */
  outcome(ms: number): Promise<Outcome>;
}
export interface Counted {
  acts: number;
  files: number;
  refused: number;
}

/** This device could not take the act in: its memory is full or closed. */
export class NotKept extends Error {}

const heard = new EventTarget();
const tabs = "BroadcastChannel" in globalThis ? new BroadcastChannel("shuzhan-queue") : null;
if (tabs) tabs.onmessage = ({ data }) => heard.dispatchEvent(new CustomEvent(data.name, { detail: data.detail }));

/** Tell every page of this device. */
export function announce(name: string, detail: unknown = null): void {
  heard.dispatchEvent(new CustomEvent(name, { detail }));
  tabs?.postMessage({ name, detail });
}

export function listen<T>(name: string, act: (detail: T) => void): void {
  heard.addEventListener(name, (event) => act((event as CustomEvent<T>).detail));
}

/** 128 random bits, so that nobody uses up somebody else's; plain http has no crypto.randomUUID. */
export function newToken(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Keep an act on this device; it is safe when this returns. Throws `NotKept`. */
export async function submit(asked: Asked): Promise<Ticket> {
  const files = asked.files ?? [];
  try {
    const act = await draw(asked, files);
    const kept = files.map(({ file }): Blob => file);
    const own = await enrolled();
    if (own && (await unlocked()))
      act.signed = await signAct(act, files.map(({ field, file }) => [field, file]), own);
    return await accept(act, asked.sealed ? await sealAct(act, kept) : kept);
  } catch (error) {
    if (error instanceof Locked) throw error;
    throw new NotKept(error instanceof Error ? error.message : String(error));
  }
}

async function accept(act: Act, files: Blob[]): Promise<Ticket> {
  await keep(act, files);
  const ended = ending(act.id);
  announce("changed");
  return { id: act.id, outcome: (ms) => within(ended, ms) };
}

/** Nothing of it is kept in the clear; what its person has no key for is not kept at all. */
async function sealAct(act: Act, files: Blob[]): Promise<Blob[]> {
  act.sealed = await seal(act.person, new Blob([JSON.stringify(act.fields)]));
  act.fields = [];
  return Promise.all(files.map((file) => seal(act.person, file)));
}

/** The fields of an act, unsealed where they were sealed. Throws `Locked`. */
export async function fieldsOf(act: Act): Promise<Pair[]> {
  if (!act.sealed) return act.fields;
  return JSON.parse(await (await unseal(act.person, act.sealed)).text()) as Pair[];
}

async function draw(asked: Asked, files: { field: string; file: File }[]): Promise<Act> {
  const at = Date.now();
  const [page, here, last] = await Promise.all([fact<Unlocked>("person"), unlocked(), fact<number>("last")]);
  const person = here ?? page;
  return {
    id: newToken(),
    lane: asked.lane,
    free: asked.free ?? false,
    title: asked.title,
    page: asked.page ?? `${location.pathname}${location.search}`,
    url: new URL(asked.url, location.href).pathname + new URL(asked.url, location.href).search,
    person: person?.id ?? "",
    personName: person?.name ?? "",
    fields: asked.fields ?? [],
    ...(asked.labels ? { labels: asked.labels } : {}),
    ...(asked.settles ? { settles: asked.settles } : {}),
    files: files.map(({ field, file }): FileOf => ({ field, name: file.name, type: file.type, size: file.size })),
    at,
    back: last !== undefined && at < last,
    state: "waiting",
    tries: 0,
    why: "",
  };
}

/** One transaction: the act with all its files, or nothing. */
async function keep(act: Act, files: Blob[]): Promise<void> {
  const kept = (await device()).transaction(["acts", "files", "facts"], "readwrite", { durability: "strict" });
  void kept.objectStore("acts").add(act);
  files.forEach((file, n) => void kept.objectStore("files").put(file, [act.id, n]));
  void kept.objectStore("facts").put(act.at, "last");
  await kept.done;
}

function ending(id: string): Promise<Outcome> {
  return new Promise((resolve) =>
    listen<{ id: string; outcome: Outcome }>("ended", (told) => told.id === id && resolve(told.outcome)),
  );
}

function within(ended: Promise<Outcome>, ms: number): Promise<Outcome> {
  const waited = new Promise<Outcome>((resolve) => setTimeout(() => resolve({ state: "waiting" }), ms));
  return Promise.race([ended, waited]);
}

/** All acts in the order in which they were made. */
export async function list(): Promise<Act[]> {
  return (await device()).getAll("acts");
}

export async function find(id: string): Promise<Act | undefined> {
  return (await device()).getFromIndex("acts", "id", id);
}

/** What still has to be sent or looked at. */
export async function count(): Promise<Counted> {
  const open = (await list()).filter((act) => act.state !== "sent");
  return {
    acts: open.filter((act) => !act.free).length,
    files: open.reduce((sum, act) => sum + act.files.length, 0),
    refused: open.filter((act) => act.state === "refused").length,
  };
}

/** Write down what changed about an act that is still there. */
export async function note(id: string, change: Partial<Act>): Promise<void> {
  const kept = (await device()).transaction("acts", "readwrite");
  const act = await kept.store.index("id").get(id);
  if (act) await kept.store.put({ ...act, ...change });
  await kept.done;
}

/** A refused act is tried once more. */
export async function retry(id: string): Promise<void> {
  await note(id, { state: "waiting", why: "", tries: 0 });
  announce("changed");
}

/** Take an act out for good: it was acknowledged, settled, or goes back into its form. */
export async function drop(id: string): Promise<void> {
  const kept = (await device()).transaction(["acts", "files"], "readwrite");
  const key = await kept.objectStore("acts").index("id").getKey(id);
  if (key !== undefined) await kept.objectStore("acts").delete(key);
  await kept.objectStore("files").delete(IDBKeyRange.bound([id, 0], [id, Infinity]));
  await kept.done;
  announce("changed");
}

/** The server has it: its files go, its line stays for a day to be looked at. */
export async function acknowledge(id: string, location?: string): Promise<void> {
  const kept = (await device()).transaction(["acts", "files"], "readwrite");
  const act = await kept.objectStore("acts").index("id").get(id);
  const sent = { state: "sent" as const, why: "", fields: [], sentAt: Date.now() };
  delete act?.sealed;
  if (act) await kept.objectStore("acts").put({ ...act, ...sent, ...(location ? { location } : {}) });
  await kept.objectStore("files").delete(IDBKeyRange.bound([id, 0], [id, Infinity]));
  await kept.done;
}

/** One file of an act, unsealed where it was sealed; undefined when it is gone. Throws `Locked`. */
export async function fileOf(act: Act, n: number): Promise<Blob | undefined> {
  const kept = await (await device()).get("files", [act.id, n]);
  return kept && act.sealed ? unseal(act.person, kept, act.files[n]?.type) : kept;
}

/** Who works here; the page says it, so that acts are sent by nobody else. */
export async function setPerson(id: string, name: string): Promise<void> {
  const before = await fact<{ id: string }>("person");
  if (before?.id !== id) {
    await leaveBehind();
    await forgetKeys(id);
  }
  await setFact("person", { id, name });
}
