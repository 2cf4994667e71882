// What waits on this device: each act, why it waits, and what a person can do about it.

import "./hand";
import { type Act } from "./kit/device";
import { all, make, one } from "./kit/dom";
import { askToStay, room } from "./kit/memory";
import { takeAlong } from "./kit/pages";
import { fileOf, list, listen, retry, submit } from "./kit/queue";
import { drain } from "./kit/sender";
import { typedOf } from "./kit/typed";
import { say } from "./kit/words";

const root = one<HTMLElement>("[data-queue-list]");
const WHY = ["signal", "sign_in", "other_person", "behind", "busy", "gone", "locked"];
const when = new Intl.DateTimeFormat(document.documentElement.lang, {
  dateStyle: "medium",
  timeStyle: "short",
  timeZone: "Asia/Shanghai", // as every page of the station tells times
});

async function show(): Promise<void> {
  const acts = await list();
  const rows = await Promise.all(acts.sort(worstFirst).map(row));
  const open = (root.querySelector("details[open]") as HTMLElement | null)?.dataset.act;
  root.replaceChildren(...rows);
  if (open) root.querySelector(`details[data-act="${open}"]`)?.setAttribute("open", "");
  one<HTMLElement>("[data-nothing]").hidden = acts.length > 0;
}

const ORDER = { refused: 0, waiting: 1, sent: 2 };
const worstFirst = (a: Act, b: Act): number => ORDER[a.state] - ORDER[b.state] || a.at - b.at;

async function row(act: Act): Promise<HTMLElement> {
  const line = make("li", { class: `queued queued-${act.state}`, "data-act": act.id });
  const files = act.files.length ? ` · ${say(root, "files", { n: act.files.length })}` : "";
  line.append(
    make("h3", {}, act.title),
    make("p", { class: "soft small" }, `${when.format(act.at)} · ${act.personName}${files}`),
    make("p", { class: "queued-state" }, stateOf(act)),
  );
  if (act.state === "sent" && act.location) line.append(link(act.location, say(root, "look")));
  if (act.state === "refused") line.append(await versions(act), ...presses(act));
  return line;
}

function stateOf(act: Act): string {
  if (act.state === "sent") return say(root, "sent");
  if (act.state === "refused") return WHY.includes(act.why) ? say(root, act.why) : act.why || say(root, "refused");
  return act.why ? say(root, act.why, { who: act.personName }) : say(root, "waiting");
}

const link = (url: string, words: string): HTMLElement => make("a", { href: url, class: "press press-small" }, words);

/** What was typed here beside what the server has now, field by field. */
async function versions(act: Act): Promise<HTMLElement> {
  const box = make("details", { "data-act": act.id });
  box.append(make("summary", {}, say(root, "versions")));
  const table = make("table", { class: "versions" });
  const head = make("tr");
  for (const words of ["field", "here", "there"]) head.append(make("th", { scope: "col" }, say(root, words)));
  table.append(head);
  const now = await onServer(act);
  for (const { name, label, value } of await typedOf(act)) {
    const line = make("tr");
    line.append(make("th", { scope: "row" }, label), make("td", {}, value), make("td", {}, now?.get(name) ?? "—"));
    table.append(line);
  }
  box.append(table, link(act.page, say(root, "page")));
  await pictures(act, box);
  return box;
}

async function pictures(act: Act, box: HTMLElement): Promise<void> {
  for (const [n, { type, name }] of act.files.entries()) {
    const file = type.startsWith("image/") ? await fileOf(act, n).catch(() => undefined) : undefined;
    if (!file) continue;
    const picture = make("img", { alt: name, class: "queued-picture" });
    picture.src = URL.createObjectURL(file);
    box.append(picture);
  }
}

/** The values of the same form as the server shows it now; null without signal. */
async function onServer(act: Act): Promise<Map<string, string> | null> {
  const answer = await fetch(act.page, { credentials: "same-origin" }).catch(() => null);
  if (!answer?.ok) return null;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const form = all<HTMLFormElement>("form", page).find((one) => one.getAttribute("action") === act.url);
  if (!form) return new Map();
  const found = new Map<string, string>();
  for (const [name, value] of new FormData(form))
    if (typeof value === "string") found.set(name, [found.get(name), value].filter(Boolean).join("、"));
  return found;
}

function presses(act: Act): HTMLElement[] {
  const again = make("button", { type: "button", class: "press press-small" }, say(root, "again"));
  again.addEventListener("click", () => void retry(act.id));
  const form = make("form", { class: "settle" });
  const field = make("input", { class: "box", name: "reason", required: "", maxlength: "300", "aria-label": say(root, "reason"), placeholder: say(root, "reason") });
  form.append(field, make("button", { class: "press press-small" }, say(root, "settle")));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void settle(act, field.value);
  });
  return [again, form];
}

/** Settled otherwise: an act of its own, and only when the server has it does the refused one go. */
async function settle(act: Act, reason: string): Promise<void> {
  const typed = (await typedOf(act)).map(({ label, value }) => `${label}：${value}`).join("；");
  const ticket = await submit({
    url: root.dataset.settle!,
    lane: `settle:${act.id}`,
    title: `${say(root, "settle")}：${act.title}`,
    fields: [
      ["act", act.id],
      ["title", act.title],
      ["url", act.url],
      ["made", new Date(act.at).toISOString()],
      ["refused", act.code ?? act.why],
      ["reason", reason],
      ["typed", typed.slice(0, 2000)],
    ],
    settles: act.id,
  });
  await ticket.outcome(8000);
}

async function showMemory(): Promise<void> {
  const place = one<HTMLElement>("[data-memory]");
  const [kept, told] = await Promise.all([askToStay(), room()]);
  const mb = (bytes: number): string => (bytes / 1024 ** 2).toFixed(0);
  place.textContent = [
    say(place, kept),
    told ? say(place, "room", { used: mb(told.used), all: mb(told.all) }) : "",
  ].join(" ");
  place.classList.toggle("told-wrong", kept !== "kept");
}

async function prefetch(press: HTMLButtonElement): Promise<void> {
  press.disabled = true;
  const line = one<HTMLElement>("[data-along-state]");
  const answer = await fetch(press.dataset.along!, { credentials: "same-origin" }).catch(() => null);
  const { pages = [] } = answer?.ok ? ((await answer.json()) as { pages: string[] }) : {};
  let taken = 0;
  for (const url of pages) {
    if (await takeAlong(url).catch(() => false)) taken += 1;
    line.textContent = say(press, "taking", { n: taken, all: pages.length });
  }
  line.textContent = answer?.ok ? say(press, "taken", { n: taken }) : say(press, "none");
  press.disabled = false;
}

for (const name of ["changed", "noted", "ended"]) listen(name, () => void show());
one("[data-send]").addEventListener("click", () => void drain());
const along = document.querySelector<HTMLButtonElement>("[data-along]");
along?.addEventListener("click", () => void prefetch(along));
void show();
void showMemory();
