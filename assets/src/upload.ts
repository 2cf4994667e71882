// Every chosen photo or video is sent at once by its own POST. What is not sent yet stays in a
// visible queue, is tried again when the signal is back, and is never sent twice: the one-time
// token of a picture is kept over its retries.

import { all, make } from "./kit/dom";
import { say } from "./kit/words";

interface Answer {
  id?: string;
  url?: string;
  thumb?: string;
  problem?: string;
  title?: string;
  code?: string;
}
interface Job {
  form: HTMLFormElement;
  slot: HTMLElement;
  name: string;
  file: File;
  token: string;
}

const WAITS = [1000, 3000, 8000, 20000];
const queue: Job[] = [];
let busy = false;
let failures = 0;
let timer = 0;

function choose(form: HTMLFormElement, input: HTMLInputElement): void {
  const slot = input.closest<HTMLElement>("[data-slot]") ?? form;
  for (const file of Array.from(input.files ?? [])) {
    const old = queue.findIndex((job) => job.slot === slot && job !== queue[0]);
    if (!input.multiple && old >= 0) queue.splice(old, 1);
    queue.push({ form, slot, name: input.name, file, token: newToken() });
    preview(slot, file);
    show(slot, "wait", say(form, "wait"));
  }
  input.value = "";
  count();
  void next();
}

/** Random, so that nobody can use up somebody else's; plain http has no crypto.randomUUID. */
function newToken(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function next(): Promise<void> {
  const job = queue[0];
  if (busy || !job) return;
  busy = true;
  window.clearTimeout(timer);
  const answer = await send(job);
  busy = false;
  if (!answer) return later(job);
  failures = 0;
  queue.shift();
  settle(job, answer);
  count();
  void next();
}

function later(job: Job): void {
  show(job.slot, "lost", say(job.form, "lost"));
  timer = window.setTimeout(() => void next(), WAITS[Math.min(failures, WAITS.length - 1)]);
  failures += 1;
}

/** The server's answer; null when none came (no signal, or a server that is restarting). */
function send(job: Job): Promise<(Answer & { status: number }) | null> {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open("POST", job.form.action);
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("X-Once", job.token);
    request.upload.onprogress = (event) => {
      const share = event.total ? Math.floor((100 * event.loaded) / event.total) : 0;
      show(job.slot, "wait", `${say(job.form, "send")} ${share}%`);
    };
    request.onload = () => {
      if (request.status >= 502 && request.status <= 504) return resolve(null);
      resolve({ ...read(request.responseText), status: request.status });
    };
    request.onerror = request.ontimeout = () => resolve(null);
    request.send(fill(job));
  });
}

function fill(job: Job): FormData {
  const body = new FormData();
  for (const field of all<HTMLInputElement>("input[type=hidden]", job.form))
    if (field.name !== "once") body.append(field.name, field.value);
  body.append(job.name, job.file, job.file.name);
  return body;
}

function read(text: string): Answer {
  try {
    return JSON.parse(text) as Answer;
  } catch {
    return {};
  }
}

function settle(job: Job, answer: Answer & { status: number }): void {
  const taken = answer.status < 300 || answer.code === "already_done";
  if (!taken || answer.problem) {
    const why = answer.problem ?? answer.title ?? `${say(job.form, "refused")} (${answer.status})`;
    return show(job.slot, "problem", why);
  }
  show(job.slot, "sent", say(job.form, "sent"));
  const picture = job.slot.querySelector<HTMLImageElement>(".shot-picture img");
  const address = answer.thumb ?? answer.url;
  if (picture && address && job.file.type.startsWith("image/")) {
    URL.revokeObjectURL(picture.src);
    picture.src = address;
  }
  job.form.dispatchEvent(new CustomEvent("upload:sent", { bubbles: true, detail: answer }));
}

function preview(slot: HTMLElement, file: File): void {
  const place = slot.querySelector(".shot-picture");
  if (!place || !file.type.startsWith("image/")) return;
  const picture = make("img", { alt: slot.querySelector(".shot-label")?.textContent?.trim() ?? "" });
  picture.src = URL.createObjectURL(file);
  place.textContent = "";
  place.append(picture);
}

function show(slot: HTMLElement, state: string, words: string): void {
  slot.classList.remove("shot-empty", "shot-wait", "shot-lost", "shot-sent", "shot-problem");
  slot.classList.add(`shot-${state}`);
  const line = slot.querySelector(".shot-state");
  if (line) line.textContent = words;
  const press = slot.querySelector("[data-press]");
  const form = slot.closest<HTMLElement>("[data-upload]");
  if (press && form) press.textContent = say(form, "again");
}

/** How many are done in each set, and how many still wait, always in sight. */
function count(): void {
  for (const place of all("[data-upload] [data-count] b")) {
    const form = place.closest("form")!;
    place.textContent = String(all(".shot-sent", form).length);
  }
  for (const strip of all("[data-unsent]")) {
    strip.hidden = false;
    strip.dataset.count = String(queue.length);
    const words = queue.length ? `${strip.dataset.some} ${queue.length}` : (strip.dataset.none ?? "");
    strip.querySelector("span")!.textContent = words;
  }
}

for (const form of all<HTMLFormElement>("form[data-upload]")) {
  form.addEventListener("change", (event) => {
    const input = event.target as HTMLInputElement;
    if (input.type === "file") choose(form, input);
  });
  // a picture may have been taken while this script was still on its way
  for (const input of all<HTMLInputElement>("input[type=file]", form))
    if (input.files?.length) choose(form, input);
}
window.addEventListener("online", () => void next());
window.addEventListener("beforeunload", (event) => {
  if (!queue.length) return;
  event.preventDefault();
  event.returnValue = "";
});
if (document.querySelector("form[data-upload]")) count();
