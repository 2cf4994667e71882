// Long work that a worker does: the bar follows it, and when it ends the part of the page around
// it is fetched anew. `data-progress` holds the address that answers {state, share}.

import { all, one } from "./kit/dom";
import { refresh } from "./live";

const EVERY = 2000; // ms
const UNDER_WAY = ["queued", "working"];

interface Told {
  state: string;
  share: number;
}

async function ask(address: string): Promise<Told | null> {
  const answer = await fetch(address, { credentials: "same-origin" }).catch(() => null);
  return answer?.ok ? ((await answer.json()) as Told) : null;
}

/** Follow one bar until its work ends; a worker that is not seen yet and a lost signal are waited for. */
async function follow(root: HTMLElement, state: string): Promise<void> {
  const told = document.hidden ? null : await ask(root.dataset.progress!);
  if (told && told.state !== state) await refresh(); // the words around the bar change too
  if (!root.isConnected) return;
  if (told) show(root, told.share);
  window.setTimeout(() => void follow(root, state), EVERY);
}

function show(root: HTMLElement, share: number): void {
  one("[role=progressbar]", root).setAttribute("aria-valuenow", String(share));
  one("rect", root).setAttribute("width", String(share));
  const figure = root.querySelector(".progress-running .figure");
  if (figure) figure.textContent = `${share}%`;
}

function start(): void {
  for (const root of all("[data-progress]:not([data-followed])")) {
    root.dataset.followed = "";
    const state = root.dataset.state ?? "";
    if (UNDER_WAY.includes(state)) void follow(root, state);
  }
}

document.addEventListener("live:swapped", start);
start();
