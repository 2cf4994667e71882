// What must not be read by the next person on the same tablet: sealed with a key of one person.
//
// The server makes the key for whoever is signed in; this browser keeps it unextractable while that
// person works, and forgets it when the tablet locks, they sign out or somebody else signs in. On an
// enrolled tablet it also stays wrapped by their PIN and a key of the device, for a time without signal.
// Not protected: from a program in this browser while its person works, nor from a PIN that is seen.

import { device, dropFact, fact, setFact } from "./device";

const PIECE = 4 * 1024 * 1024;
const IV = 12;
const ROUNDS = 300000; // PBKDF2-SHA-256; a guess also needs the device's own key
const name = (person: string): string => `key:${person}`;

interface Wrapped {
  salt: Uint8Array<ArrayBuffer>;
  sealed: Blob;
}

const imported = (raw: BufferSource): Promise<CryptoKey> =>
  crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);

/** The key of whoever is signed in, asked for once; false without signal or without https. */
export async function fetchKey(person: string): Promise<Uint8Array<ArrayBuffer> | null> {
  if (!crypto.subtle) return null;
  const answer = await fetch("/unsent/key", { credentials: "same-origin", cache: "no-store" }).catch(() => null);
  if (!answer?.ok || answer.redirected) return null;
  const told = (await answer.json()) as { person: string; key: string };
  if (told.person !== person) return null;
  const raw = Uint8Array.from(atob(told.key), (letter) => letter.charCodeAt(0));
  await setFact(name(person), await imported(raw));
  return raw;
}

export async function hasKey(person: string): Promise<boolean> {
  return (await fact(name(person))) !== undefined;
}

/** Nobody's sealed acts can be read here now, or only `but`'s. */
export async function forgetKeys(but = ""): Promise<void> {
  const keys = await (await device()).getAllKeys("facts", IDBKeyRange.bound("key:", "key:\uffff"));
  for (const key of keys) if (key !== name(but)) await dropFact(key);
}

async function keyOf(person: string): Promise<CryptoKey> {
  const key = await fact<CryptoKey>(name(person));
  if (!key) throw new Locked();
  return key;
}

/** The key is not here: its person has to unlock. */
export class Locked extends Error {}

export async function seal(person: string, plain: Blob): Promise<Blob> {
  return sealWith(await keyOf(person), plain);
}

export async function unseal(person: string, sealed: Blob, type = ""): Promise<Blob> {
  return unsealWith(await keyOf(person), sealed, type);
}

async function sealWith(key: CryptoKey, plain: Blob): Promise<Blob> {
  const parts: BlobPart[] = [];
  for (let at = 0; at === 0 || at < plain.size; at += PIECE) {
    const iv = crypto.getRandomValues(new Uint8Array(IV));
    const additionalData = new TextEncoder().encode(`${at}/${plain.size}`); // no piece moves or goes missing
    const body = await plain.slice(at, at + PIECE).arrayBuffer();
    parts.push(iv, await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData }, key, body));
  }
  return new Blob(parts);
}

async function unsealWith(key: CryptoKey, sealed: Blob, type: string): Promise<Blob> {
  const step = PIECE + IV + 16;
  const pieces = Math.max(1, Math.ceil(sealed.size / step));
  const size = sealed.size - pieces * (IV + 16);
  const parts: BlobPart[] = [];
  for (let n = 0; n < pieces; n += 1) {
    const body = await sealed.slice(n * step, (n + 1) * step).arrayBuffer();
    const additionalData = new TextEncoder().encode(`${n * PIECE}/${size}`);
    const how = { name: "AES-GCM", iv: body.slice(0, IV), additionalData };
    parts.push(await crypto.subtle.decrypt(how, key, body.slice(IV)));
  }
  return new Blob(parts, { type });
}

async function pinKey(pin: string, salt: Uint8Array<ArrayBuffer>, own: CryptoKey): Promise<CryptoKey> {
  const mixed = await crypto.subtle.sign("HMAC", own, new TextEncoder().encode(pin));
  const base = await crypto.subtle.importKey("raw", mixed, "PBKDF2", false, ["deriveKey"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt, iterations: ROUNDS };
  return crypto.subtle.deriveKey(how, base, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}

/** Keep a person's key for times without signal, under their PIN and the device's key. */
export async function wrap(person: string, raw: Uint8Array<ArrayBuffer>, pin: string, own: CryptoKey): Promise<void> {
  const salt = crypto.getRandomValues(new Uint8Array(16));
  const sealed = await sealWith(await pinKey(pin, salt, own), new Blob([raw]));
  await setFact(`lock:${person}`, { salt, sealed } satisfies Wrapped);
}

/** Whether this is the person's PIN, as far as this device can tell; then their key is here. */
export async function unwrap(person: string, pin: string, own: CryptoKey): Promise<boolean> {
  const kept = await fact<Wrapped>(`lock:${person}`);
  if (!kept) return false;
  try {
    const raw = await unsealWith(await pinKey(pin, kept.salt, own), kept.sealed, "");
    await setFact(name(person), await imported(await raw.arrayBuffer()));
    return true;
  } catch {
    return false;
  }
}
