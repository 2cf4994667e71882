// Enrolling the device in one's hand: its keys are made here and the private one never leaves.

import { setFact } from "./kit/device";
import { one } from "./kit/dom";
import { makeKeys, opened } from "./kit/enrolled";
import { say } from "./kit/words";

const form = one<HTMLFormElement>("form[data-enrol]");

async function enrol(): Promise<void> {
  const line = one<HTMLElement>("[data-enrol-state]", form);
  if (!globalThis.crypto?.subtle) return void (line.textContent = say(form, "https"));
  const { told, ...keys } = await makeKeys();
  const body = new FormData(form);
  body.set("key", told);
  const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } }).catch(() => null);
  const said = (await answer?.json().catch(() => ({}))) as { device?: string; name?: string; title?: string } | undefined;
  if (!answer?.ok || !said?.device) return void (line.textContent = said?.title ?? say(form, "signal"));
  await setFact("device", { id: said.device, name: said.name, ...keys });
  await opened();
  location.reload();
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  void enrol();
});
