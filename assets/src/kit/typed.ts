// What was typed into a form that waits, as a person reads it.

import { type Act } from "./device";
import { fieldsOf } from "./queue";
import { Locked } from "./seal";

const HIDDEN = /^(csrf_token|once|_upload|version)$/;
const SECRET = /password|pin$/i;

export interface Typed {
  name: string;
  label: string;
  value: string;
}

const readable = (act: Act): Promise<[string, string][]> =>
  fieldsOf(act).catch((error: unknown) => {
    if (error instanceof Locked) return [];
    throw error;
  });

/** One line a field; several values of one field together; no secrets. */
export async function typedOf(act: Act): Promise<Typed[]> {
  const found = new Map<string, Typed>();
  for (const [name, value] of await readable(act)) {
    if (HIDDEN.test(name) || !value) continue;
    const before = found.get(name)?.value;
    const shown = SECRET.test(name) ? "••••" : value.startsWith("data:") ? "✓" : value;
    found.set(name, { name, label: act.labels?.[name] ?? name, value: before ? `${before}、${shown}` : shown });
  }
  return [...found.values()];
}
