// On every hand page: forms with data-queue go by way of the queue, and what is unsent is in sight.
//
// While the person still looks at the form, a refusal comes back into it, as it does without scripts;
// without signal the act stays on the device and the person goes on to `data-next`.

import { all, make } from "./kit/dom";
import { type Pair, dropFact, fact } from "./kit/device";
import { followDrafts, forgetDraft } from "./kit/draft";
import { enrolled, unlocked, watch } from "./kit/enrolled";
import { askForBackground, install } from "./kit/installed";
import { askToStay, isLow } from "./kit/memory";
import { type Outcome, NotKept, count, drop, listen, setPerson, submit } from "./kit/queue";
import { keepAtHand, leaveBehind } from "./kit/pages";
import { Locked, fetchKey, forgetKeys, hasKey } from "./kit/seal";
import { drain } from "./kit/sender";
import { say } from "./kit/words";

const SKEW = 2 * 60 * 1000; // ms, as the server reckons (station/trail/rules.py)
const PATIENCE = 8000; // ms that a person waits for the answer before going on

let signal = true;
let person = "";
const strip = document.querySelector<HTMLElement>("[data-unsent]");

let shown = 0; // how often it was asked for

async function show(): Promise<void> {
  if (!strip) return;
  const turn = ++shown;
  const { acts, files, refused } = await count();
  const words = [
    acts + files ? say(strip, "some", { acts, files }) : say(strip, "none"),
    refused ? say(strip, "refused", { n: refused }) : "",
    signal ? "" : say(strip, "offline", { when: document.body.dataset.made ?? "" }),
    await clockWords(),
    (await isLow()) ? say(strip, "low") : "",
  ];
  if (turn !== shown) return; // a later one knows more
  strip.dataset.count = String(acts + files);
  strip.classList.toggle("unsent-refused", refused > 0);
  strip.querySelector("span")!.textContent = words.filter(Boolean).join(" · ");
  strip.hidden = false; // only now: a strip without words is a link without a name
}

/** A clock that is off is told before anybody acts by it: what is done under it counts when it arrives. */
async function clockWords(): Promise<string> {
  const off = (await fact<number>("clock")) ?? 0;
  if (Math.abs(off) <= SKEW) return "";
  const hours = Math.abs(off) / 3600000;
  const unit = hours >= 48 ? "days" : hours >= 2 ? "hours" : "minutes";
  const n = Math.round({ days: hours / 24, hours, minutes: hours * 60 }[unit]);
  return say(strip!, off > 0 ? `fast_${unit}` : `slow_${unit}`, { n });
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

/** What the form calls its fields, for the list of what waits. */
function labelsOf(form: HTMLFormElement): Record<string, string> {
  const found: Record<string, string> = {};
  for (const field of all<HTMLInputElement>("[name]", form)) {
    const group = field.closest("fieldset")?.querySelector("legend");
    const label = (group ?? field.labels?.[0])?.firstChild?.textContent?.trim();
    if (label && !(field.name in found)) found[field.name] = label;
  }
  return found;
}

async function take(form: HTMLFormElement, by: HTMLElement | null): Promise<void> {
  const title = form.dataset.title ?? document.querySelector("h1")?.textContent?.trim() ?? document.title;
  const { fields, files } = collect(form, by);
  const asked = { url: form.action, lane: laneOf(form, fields), title, fields, files, labels: labelsOf(form), sealed: form.dataset.sealed !== undefined };
  try {
    const start = performance.now();
    const ticket = await submit(asked);
    document.dispatchEvent(
      new CustomEvent("queue:accepted", { detail: { id: ticket.id, ms: performance.now() - start } }),
    );
    const outcome = await ticket.outcome(navigator.onLine ? PATIENCE : 0);
    await finish(form, ticket.id, outcome);
  } catch (error) {
    const locked = error instanceof Locked;
    if ((!locked && !(error instanceof NotKept)) || !strip) throw error;
    free(form);
    tell(form, say(strip, locked ? "locked" : "full"));
  }
}

async function finish(form: HTMLFormElement, id: string, outcome: Outcome): Promise<void> {
  if (outcome.state === "refused") {
    free(form);
    tell(form, outcome.why ?? "", outcome.field);
    await drop(id); // it is back in the hands of the person, as typed
    return;
  }
  await forgetDraft(form, person);
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
  all(".busy", form).forEach((button) => hold(button, false));
}

function hold(button: HTMLElement, on: boolean): void {
  button.classList.toggle("busy", on);
  if (on) button.setAttribute("aria-disabled", "true");
  else button.removeAttribute("aria-disabled");
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
  all("button[type=submit]", form).forEach((button) => hold(button, true));
  void take(form, event.submitter);
}

// before base.ts, which holds back a form's second press
document.addEventListener("submit", onSubmit, true);

for (const name of ["changed", "noted"]) listen(name, () => void show());
listen("changed", () => void drain().then(askForBackground));
listen<{ there: boolean; person: string }>("signal", ({ there, person: signedIn }) => {
  signal = there;
  void show();
  if (there) void meet(signedIn);
});

/** Who unlocked without signal shows the server their PIN too, before another's pages are used in their name. */
async function meet(signedIn: string): Promise<void> {
  const here = await unlocked();
  if (!here) return;
  if (signedIn === here.id) return dropFact("unlocked");
  location.replace(`/tablet?next=${encodeURIComponent(location.pathname + location.search)}`);
}
window.addEventListener("online", () => void drain());
document.addEventListener("visibilitychange", () => document.hidden || void drain());

/** The page says who works here, unless somebody unlocked it without signal since. */
async function start(): Promise<void> {
  const here = await unlocked();
  person = here?.id ?? document.body.dataset.person ?? "";
  if (!here && person) await setPerson(person, document.body.dataset.personName ?? "");
  if (person && document.body.dataset.lock !== "no") {
    if (!(await hasKey(person))) await fetchKey(person);
    await watch(await followDrafts(person));
  }
  await show();
  await drain();
  await install();
  if (await enrolled()) await keepAtHand("/tablet"); // the way back in without signal
  await askToStay();
}

document.addEventListener("submit", (event) => {
  const { pathname } = new URL((event.target as HTMLFormElement).action, location.href);
  if (pathname === "/sign-out") void forgetKeys().then(leaveBehind);
});
void start();
