// The device's signature under an act whose person gave only a PIN. The server reckons the same digest
// (station/people/pins.py).

import { type Act, type Pair } from "./device";
import { type Enrolled } from "./enrolled";

const UNSIGNED = new Set(["csrf_token", "once", "_upload"]);
const bytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

export interface Signature {
  device: string;
  digest: string;
  signature: string;
}

async function sha256(data: BufferSource): Promise<string> {
  const sum = new Uint8Array(await crypto.subtle.digest("SHA-256", data));
  return Array.from(sum, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

const plain = (text: string): string => text.replace(/\r\n?/g, "\n");

export async function digestForm(fields: Pair[], files: [field: string, file: Blob][]): Promise<string> {
  const pairs = fields.filter(([name]) => !UNSIGNED.has(name)).map(([name, value]) => [0, plain(name), plain(value)]);
  for (const [field, file] of files) pairs.push([1, field, await sha256(await file.arrayBuffer())]);
  const lines = await Promise.all(pairs.map((pair) => sha256(bytes(JSON.stringify(pair)))));
  return sha256(bytes(lines.sort().join("\n")));
}

export async function signAct(act: Act, files: [string, Blob][], own: Enrolled): Promise<Signature> {
  const digest = await digestForm(act.fields, files);
  const text = [act.id, act.person, act.url, new Date(act.at).toISOString(), digest].join("\n");
  const raw = await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, own.sign, bytes(text));
  return { device: own.id, digest, signature: btoa(String.fromCharCode(...new Uint8Array(raw))) };
}
