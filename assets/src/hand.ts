// On every hand page: forms with data-queue go by way of the queue, and what is unsent is in sight.
//
// While the person still looks at the form, a refusal comes back into it, as it does without scripts;
// without signal the act stays on the device and the person goes on to `data-next`.

import { all, make } from "./kit/dom";
import { type Pair } from "./kit/device";
import { type Outcome, NotKept, count, drop, listen, setPerson, submit } from "./kit/queue";
import { drain } from "./kit/sender";
import { say } from "./kit/words";

const PATIENCE = 8000; // ms that a person waits for the answer before going on

const strip = document.querySelector<HTMLElement>("[data-unsent]");

async function show(): Promise<void> {
  if (!strip) return;
  const { acts, files, refused } = await count();
  strip.hidden = false;
  strip.dataset.count = String(acts + files);
  strip.classList.toggle("unsent-refused", refused > 0);
  const words = [
    acts + files ? say(strip, "some", { acts, files }) : say(strip, "none"),
    refused ? say(strip, "refused", { n: refused }) : "",
  ];
  strip.querySelector("span")!.textContent = words.filter(Boolean).join(" · ");
}

/** Fields and files of a form, with the button that was pressed. */
function collect(form: HTMLFormElement, by: HTMLElement | null): { fields: Pair[]; files: { field: string; file: File }[] } {
  const fields: Pair[] = [];
  const files: { field: string; file: File }[] = [];
  for (const [name, value] of new FormData(form, by))
    if (typeof value === "string") fields.push([name, value]);
    else if (value.size || value.name) files.push({ field: name, file: value });
  return { fields, files };
}

/** `scan:{car}` becomes `scan:` and what the field car holds. */
function laneOf(form: HTMLFormElement, fields: Pair[]): string {
  const held = new Map(fields);
  return form.dataset.queue!.replace(/\{(\w+)\}/g, (_, name: string) => held.get(name)?.trim() ?? "");
}

async function take(form: HTMLFormElement, by: HTMLElement | null): Promise<void> {
  const title = form.dataset.title ?? document.querySelector("h1")?.textContent?.trim() ?? document.title;
  const { fields, files } = collect(form, by);
  const asked = { url: form.action, lane: laneOf(form, fields), title, fields, files };
  try {
    const start = performance.now();
    const ticket = await submit(asked);
    document.dispatchEvent(
      new CustomEvent("queue:accepted", { detail: { id: ticket.id, ms: performance.now() - start } }),
    );
    const outcome = await ticket.outcome(navigator.onLine ? PATIENCE : 0);
    await finish(form, ticket.id, outcome);
  } catch (error) {
    if (!(error instanceof NotKept) || !strip) throw error;
    free(form);
    tell(form, say(strip, "full"));
  }
}

async function finish(form: HTMLFormElement, id: string, outcome: Outcome): Promise<void> {
  if (outcome.state === "refused") {
    free(form);
    tell(form, outcome.why ?? "", outcome.field);
    await drop(id); // it is back in the hands of the person, as typed
    return;
  }
  const onward = outcome.location ?? form.dataset.next;
  const last = form.dispatchEvent(
    new CustomEvent("queue:done", { bubbles: true, cancelable: true, detail: { id, outcome } }),
  );
  if (!last) return free(form); // a script of the page goes on by itself
  if (onward) return location.assign(onward);
  free(form);
  form.reset();
  if (strip) tell(form, say(strip, "kept"), "", "good");
}

function free(form: HTMLFormElement): void {
  delete form.dataset.sent;
  all(".busy", form).forEach((button) => button.classList.remove("busy"));
}

/** A sentence at the head of the form; a refusal also at its field. */
function tell(form: HTMLFormElement, words: string, field = "", tone = "wrong"): void {
  form.querySelector("[data-told]")?.remove();
  const band = make("p", { class: `told told-${tone}`, "data-told": "", role: "alert", tabindex: "-1" }, words);
  form.prepend(band);
  const at = field ? form.querySelector<HTMLElement>(`[name="${CSS.escape(field)}"], #f-${CSS.escape(field)}`) : null;
  at?.setAttribute("aria-invalid", "true");
  (at ?? band).focus();
}

function onSubmit(event: SubmitEvent): void {
  const form = event.target as HTMLFormElement;
  if (!form.dataset.queue || !("indexedDB" in window)) return;
  event.preventDefault();
  if (form.dataset.sent) return;
  form.dataset.sent = "1";
  all("button[type=submit]", form).forEach((button) => button.classList.add("busy"));
  void take(form, event.submitter);
}

// before base.ts, which holds back a form's second press
document.addEventListener("submit", onSubmit, true);

for (const name of ["changed", "noted"]) listen(name, () => void show());
listen("changed", () => void drain());
window.addEventListener("online", () => void drain());
document.addEventListener("visibilitychange", () => document.hidden || void drain());

const { person, personName } = document.body.dataset;
void (person ? setPerson(person, personName ?? "") : Promise.resolve()).then(show).then(drain);
