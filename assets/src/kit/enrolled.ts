// A shared tablet: the key that never leaves it, who works on it, and its lock.

import { dropFact, fact, setFact } from "./device";
import { forgetKeys, unwrap } from "./seal";

/** `sign`: ECDSA P-256, unextractable; `pins`: HMAC, unextractable, so that PINs are guessed here or nowhere. */
export interface Enrolled {
  id: string;
  name: string;
  sign: CryptoKey;
  pins: CryptoKey;
}
/** Who unlocked without signal: identified by a PIN alone, so the device signs what they do. */
export interface Unlocked {
  id: string;
  name: string;
}

export const MOST_WRONG = 6;
const IDLE = 2 * 60 * 1000; // ms
const LOOK = 5000; // ms
const ACTIVE = "shuzhan-active";

export const enrolled = (): Promise<Enrolled | undefined> => fact<Enrolled>("device");
export const unlocked = (): Promise<Unlocked | undefined> => fact<Unlocked>("unlocked");

/** Make the device's keys; what the server is told is the public half (DER, base64). */
export async function makeKeys(): Promise<{ sign: CryptoKey; pins: CryptoKey; told: string }> {
  const pair = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign", "verify"]);
  const pins = await crypto.subtle.generateKey({ name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  const der = new Uint8Array(await crypto.subtle.exportKey("spki", pair.publicKey));
  return { sign: pair.privateKey, pins, told: btoa(String.fromCharCode(...der)) };
}

/** "right", "wrong", "locked" (too many wrong tries), or "unknown": this person was never here with signal. */
export async function tryPin(who: Unlocked, pin: string, own: Enrolled): Promise<"right" | "wrong" | "locked" | "unknown"> {
  const wrong = (await fact<number>(`wrong:${who.id}`)) ?? 0;
  if (wrong >= MOST_WRONG) return "locked";
  if ((await fact(`lock:${who.id}`)) === undefined) return "unknown";
  await setFact(`wrong:${who.id}`, wrong + 1); // counted before it is judged
  if (!(await unwrap(who.id, pin, own.pins))) return wrong + 1 >= MOST_WRONG ? "locked" : "wrong";
  await dropFact(`wrong:${who.id}`);
  await setFact("unlocked", who);
  await opened();
  return "right";
}

/** Somebody works here again. */
export async function opened(): Promise<void> {
  await dropFact("locked");
  touch();
}

function touch(): void {
  localStorage.setItem(ACTIVE, String(Date.now()));
}

const isIdle = (): boolean => Math.abs(Date.now() - Number(localStorage.getItem(ACTIVE) ?? 0)) > IDLE;

/** Lock after two minutes in which nobody touched it; what is half filled is a draft (draft.ts). */
export async function watch(save: () => Promise<void>): Promise<void> {
  if (!(await enrolled())) return;
  if ((await fact("locked")) || isIdle()) return lock(save);
  for (const name of ["pointerdown", "keydown", "input"]) document.addEventListener(name, touch, true);
  setInterval(() => isIdle() && void lock(save), LOOK);
}

async function lock(save: () => Promise<void>): Promise<void> {
  await save();
  await forgetKeys();
  await dropFact("unlocked");
  await setFact("locked", true);
  await closeSignIn();
  location.replace(`/tablet?next=${encodeURIComponent(location.pathname + location.search)}`);
}

/** The sign-in ends on the server too, as soon as it can be told. */
export async function closeSignIn(): Promise<void> {
  const token = document.querySelector<HTMLMetaElement>("meta[name=csrf-token]")?.content ?? "";
  const headers = { "X-CSRFToken": token, Accept: "application/json", "X-Queued": "1" };
  await fetch("/tablet/lock", { method: "POST", headers, keepalive: true }).catch(() => null);
}
