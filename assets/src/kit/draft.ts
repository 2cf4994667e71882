// What one person has half filled in, kept for that person alone; never a password or a PIN.

import { dropFact, fact, setFact } from "./device";
import { all } from "./dom";
import { Locked, seal, unseal } from "./seal";

type Field = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;
const PAUSE = 400; // ms after the last key

const fieldsOf = (form: HTMLFormElement): Field[] =>
  all<Field>("input[name], textarea[name], select[name]", form).filter(
    ({ type }) => !["hidden", "password", "file", "submit"].includes(type),
  );
const nameOf = (form: HTMLFormElement, person: string): string =>
  `draft:${person}:${new URL(form.action).pathname}`;
const isMarked = (field: Field): field is HTMLInputElement =>
  field instanceof HTMLInputElement && ["checkbox", "radio"].includes(field.type);

function read(form: HTMLFormElement): [string, string, boolean][] {
  return fieldsOf(form).map((field) => [field.name, field.value, isMarked(field) ? field.checked : true]);
}

/** Keep it sealed; without a key it is not kept at all. */
async function keep(form: HTMLFormElement, person: string): Promise<void> {
  try {
    await setFact(nameOf(form, person), await seal(person, new Blob([JSON.stringify(read(form))])));
  } catch (error) {
    if (!(error instanceof Locked)) throw error;
  }
}

export async function forgetDraft(form: HTMLFormElement, person: string): Promise<void> {
  await dropFact(nameOf(form, person));
}

async function restore(form: HTMLFormElement, person: string): Promise<void> {
  const kept = await fact<Blob>(nameOf(form, person));
  if (!kept || form.querySelector("[aria-invalid]")) return; // the server's own words are newer
  const told = JSON.parse(await (await unseal(person, kept)).text()) as [string, string, boolean][];
  for (const field of fieldsOf(form)) {
    const marked = isMarked(field);
    const mine = told.find(([name, value]) => name === field.name && (!marked || value === field.value));
    if (!mine) continue;
    if (marked) field.checked = mine[2];
    else field.value = mine[1];
  }
}

/** Follow every queued form of the page; gives back what saves them all at once. */
export async function followDrafts(person: string): Promise<() => Promise<void>> {
  const forms = all<HTMLFormElement>("form[data-queue]").filter((form) => fieldsOf(form).length);
  const changed = new Set<HTMLFormElement>();
  for (const form of forms) {
    await restore(form, person).catch(() => undefined);
    let timer = 0;
    form.addEventListener("input", () => {
      changed.add(form);
      window.clearTimeout(timer);
      timer = window.setTimeout(() => void keep(form, person), PAUSE);
    });
  }
  return async () => {
    for (const form of changed) if (!form.dataset.sent) await keep(form, person);
  };
}
