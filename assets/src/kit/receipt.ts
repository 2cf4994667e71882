// A command that is on the screen has been delivered: the court gets its receipt, once.

import { all } from "./dom";

export function giveReceipts(): void {
  if (document.hidden) return; // nobody has seen it yet
  const token = document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content ?? "";
  for (const card of all("[data-receipt]")) {
    const url = card.dataset.receipt;
    card.removeAttribute("data-receipt");
    if (url)
      void fetch(url, {
        method: "POST",
        headers: { "X-CSRFToken": token, Accept: "application/json" },
        credentials: "same-origin",
      });
  }
}
