// Guided photo sets: every chosen photo or video is an act of its own in the queue of this device,
// sent at once when there is signal. A page that is opened again shows what still waits.

import "./hand";
import { all, make } from "./kit/dom";
import { type Act } from "./kit/device";
import { NotKept, type Outcome, drop, fileOf, list, listen, submit } from "./kit/queue";
import { Locked } from "./kit/seal";
import { isBlurred, readBounds } from "./kit/sharp";
import { say } from "./kit/words";

const slots = new Map<string, HTMLElement>(); // act id → its place on this page
const chosen = new Map<HTMLElement, { field: string; file: File }>(); // place → what was chosen last

const formOf = (slot: HTMLElement): HTMLFormElement => slot.closest<HTMLFormElement>("form[data-upload]")!;
const pathOf = (form: HTMLFormElement): string => {
  const { pathname, search } = new URL(form.action, location.href);
  return pathname + search;
};

async function choose(form: HTMLFormElement, input: HTMLInputElement): Promise<void> {
  const slot = input.closest<HTMLElement>("[data-slot]") ?? form;
  const files = Array.from(input.files ?? []);
  if (!input.multiple) await retake(slot);
  input.value = "";
  for (const file of files) await admit(form, slot, input.name, file);
}

/** Into the queue, unless the device sees that the picture is blurred: then a person decides. */
async function admit(form: HTMLFormElement, slot: HTMLElement, field: string, file: File): Promise<void> {
  chosen.set(slot, { field, file });
  preview(slot, file);
  show(slot, "wait", say(form, "wait"));
  const bounds = readBounds(form.dataset.sharp);
  const judged = bounds && file.type.startsWith("image/");
  const blurred = Boolean(judged) && (await isBlurred(file, bounds!));
  slot.dispatchEvent(new CustomEvent("shot:judged", { detail: blurred })); // the guided camera waits for it
  if (blurred) return doubt(slot);
  await enqueue(form, slot, field, file);
}

/** A blurred picture: take it again, or say why it is used. */
function doubt(slot: HTMLElement): void {
  const form = formOf(slot);
  const why = make("input", { class: "box", maxlength: "60", placeholder: say(form, "why") });
  why.setAttribute("aria-label", say(form, "why"));
  const press = make("button", { type: "button", class: "press" }, say(form, "use"));
  press.addEventListener("click", () => {
    const was = chosen.get(slot);
    const reason = why.value.trim();
    if (!was || reason.length < 2) return why.focus();
    void enqueue(form, slot, was.field, was.file, reason);
  });
  const panel = make("div", { class: "shot-doubt" });
  panel.append(why, press);
  show(slot, "problem", say(form, "blurred"));
  (slot.querySelector(".shot-text") ?? slot).append(panel);
}

async function enqueue(
  form: HTMLFormElement,
  slot: HTMLElement,
  field: string,
  file: File,
  reason = "",
): Promise<void> {
  const most = Number(form.dataset.most ?? 0);
  if (most && file.size > most) return show(slot, "problem", say(form, "large"));
  show(slot, "wait", say(form, "wait"));
  const hidden = all<HTMLInputElement>("input[type=hidden]", form);
  const fields = hidden.map(({ name, value }): [string, string] => [name, value]);
  if (reason) fields.push(["blur_reason", reason]);
  try {
    const ticket = await submit({
      url: form.action,
      lane: form.dataset.upload || pathOf(form),
      title: titleOf(slot),
      fields,
      files: [{ field, file }],
      free: true,
      sealed: form.dataset.sealed !== undefined,
    });
    slots.set(ticket.id, slot);
  } catch (error) {
    if (!(error instanceof NotKept) && !(error instanceof Locked)) throw error;
    show(slot, "problem", say(form, "full"));
  }
}

const titleOf = (slot: HTMLElement): string =>
  slot.querySelector(".shot-label")?.textContent?.trim() || document.title;

/** A picture that is taken again replaces the one that was not sent yet. */
async function retake(slot: HTMLElement): Promise<void> {
  for (const [id, place] of slots)
    if (place === slot) {
      slots.delete(id);
      await drop(id);
    }
}

function settle(slot: HTMLElement, outcome: Outcome): void {
  const form = formOf(slot);
  if (outcome.code === "picture_blurred" && chosen.has(slot)) return doubt(slot);
  if (outcome.state !== "sent") {
    const why = outcome.why || `${say(form, "refused")} (${outcome.status ?? 0})`;
    return show(slot, "problem", why);
  }
  show(slot, "sent", say(form, "sent"));
  const picture = slot.querySelector<HTMLImageElement>(".shot-picture img");
  const { thumb, url } = (outcome.answer ?? {}) as { thumb?: string; url?: string };
  if (picture && (thumb ?? url) && picture.dataset.shown === "image") {
    URL.revokeObjectURL(picture.src);
    picture.src = (thumb ?? url)!;
  }
  count();
}

function preview(slot: HTMLElement, file: Blob): void {
  const place = slot.querySelector(".shot-picture");
  if (!place || !file.type.startsWith("image/")) return;
  const alt = slot.querySelector(".shot-label")?.textContent?.trim() ?? "";
  const picture = make("img", { alt, "data-shown": "image" });
  picture.src = URL.createObjectURL(file);
  place.textContent = "";
  place.append(picture);
}

function show(slot: HTMLElement, state: string, words: string): void {
  slot.querySelector(".shot-doubt")?.remove();
  slot.classList.remove("shot-empty", "shot-wait", "shot-lost", "shot-sent", "shot-problem");
  slot.classList.add(`shot-${state}`);
  const line = slot.querySelector(".shot-state");
  if (line) line.textContent = words;
  const press = slot.querySelector("[data-press]");
  if (press) press.textContent = say(formOf(slot), "again");
}

/** How many are done in each set. */
function count(): void {
  for (const place of all("[data-upload] [data-count] b")) {
    const form = place.closest("form")!;
    place.textContent = String(all(".shot-sent", form).length);
  }
}

function showWaiting(slot: HTMLElement, act: Act): void {
  const form = formOf(slot);
  if (act.state === "refused") show(slot, "problem", act.why || say(form, "refused"));
  else if (act.why) show(slot, "lost", say(form, "lost"));
}

/** What was chosen before this page was opened and is not sent yet. */
async function recall(): Promise<void> {
  for (const act of await list()) {
    if (act.state === "sent") continue;
    const form = all<HTMLFormElement>("form[data-upload]").find((one) => pathOf(one) === act.url);
    const input = form?.querySelector<HTMLInputElement>(`input[name="${CSS.escape(act.files[0]?.field ?? "")}"]`);
    const slot = input?.closest<HTMLElement>("[data-slot]");
    if (!slot) continue;
    slots.set(act.id, slot);
    const file = await fileOf(act, 0).catch(() => undefined);
    if (file) preview(slot, file);
    show(slot, "wait", say(formOf(slot), "wait"));
    showWaiting(slot, act);
  }
}

listen<{ id: string; outcome: Outcome }>("ended", ({ id, outcome }) => {
  const slot = slots.get(id);
  if (slot) settle(slot, outcome);
});
listen("noted", async () => {
  for (const act of await list()) {
    const slot = slots.get(act.id);
    if (slot && act.state !== "sent") showWaiting(slot, act);
  }
});
listen<{ id: string; share: number }>("progress", ({ id, share }) => {
  const slot = slots.get(id);
  if (slot) show(slot, "wait", `${say(formOf(slot), "send")} ${Math.floor(100 * share)}%`);
});

void recall().then(() => {
  for (const form of all<HTMLFormElement>("form[data-upload]")) {
    form.addEventListener("change", (event) => {
      const input = event.target as HTMLInputElement;
      if (input.type === "file") void choose(form, input);
    });
    // a picture may have been taken while this script was still on its way
    for (const input of all<HTMLInputElement>("input[type=file]", form))
      if (input.files?.length) void choose(form, input);
  }
});
