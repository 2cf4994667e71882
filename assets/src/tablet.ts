// Name and PIN on a shared tablet, with signal or without.

import { dropFact, fact } from "./kit/device";
import { all, one } from "./kit/dom";
import { type Enrolled, type Unlocked, closeSignIn, enrolled, opened, tryPin } from "./kit/enrolled";
import { setPerson } from "./kit/queue";
import { fetchKey, wrap } from "./kit/seal";
import { say } from "./kit/words";

const form = one<HTMLFormElement>("form[data-tablet]");
const pin = one<HTMLInputElement>("[name=pin]", form);
const line = one<HTMLElement>("[data-tablet-state]", form);

function chosen(): Unlocked | null {
  const tile = form.querySelector<HTMLInputElement>("[name=person]:checked");
  return tile ? { id: tile.value, name: tile.dataset.name ?? "" } : null;
}

async function enter(): Promise<void> {
  const who = chosen();
  if (!who || !pin.value) return tell(say(form, "choose"));
  const typed = pin.value;
  pin.value = "";
  const answer = await post(who, typed);
  if (!answer) return enterAlone(who, typed);
  if (!answer.location) return tell(answer.title ?? "");
  await settle(who, typed);
  location.assign(answer.location);
}

async function post(who: Unlocked, typed: string): Promise<{ location?: string; title?: string } | null> {
  const body = new FormData(form);
  body.set("person", who.id);
  body.set("pin", typed);
  const headers = { Accept: "application/json", "X-Queued": "1" };
  const answer = await fetch(form.action, { method: "POST", body, headers }).catch(() => null);
  if (!answer || answer.status >= 502) return null;
  return (await answer.json().catch(() => ({}))) as { location?: string; title?: string };
}

/** The server knows who it is: their key comes and is kept under the PIN for times without signal. */
async function settle(who: Unlocked, typed: string): Promise<void> {
  const own = await enrolled();
  await dropFact("unlocked");
  await dropFact(`wrong:${who.id}`);
  await setPerson(who.id, who.name);
  const raw = await fetchKey(who.id);
  if (raw && own) await wrap(who.id, raw, typed, own.pins);
  await opened();
}

async function enterAlone(who: Unlocked, typed: string): Promise<void> {
  const own: Enrolled | undefined = await enrolled();
  const said = own ? await tryPin(who, typed, own) : "unknown";
  if (said !== "right") return tell(say(form, said));
  location.assign(one<HTMLInputElement>("[name=next]", form).value || "/unsent");
}

function tell(words: string): void {
  line.textContent = words;
  line.focus();
}

for (const key of all<HTMLButtonElement>("[data-digit]", form))
  key.addEventListener("click", () => {
    pin.value = key.dataset.digit === "" ? pin.value.slice(0, -1) : (pin.value + key.dataset.digit).slice(0, 6);
  });
form.addEventListener("submit", (event) => {
  event.preventDefault();
  void enter();
});
// The page may be one that was kept without its question.
const next = new URLSearchParams(location.search).get("next") ?? "";
if (/^\/(?![/\\])/.test(next)) one<HTMLInputElement>("[name=next]", form).value = next;
// A tablet that was locked without signal ends the sign-in on the server now.
void fact("locked").then((locked) => (locked && document.body.dataset.person ? closeSignIn() : undefined));
