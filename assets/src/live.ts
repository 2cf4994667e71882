// A page that follows the station. `data-live="URL"` (on any element) names the event stream;
// elements with an id and `data-live-part` are fetched anew from the page's own address when
// something happened, and swapped. One stream an origin: the tab that holds the lock has it and
// passes every event on to the others.

import { all } from "./kit/dom";
import { giveReceipts } from "./kit/receipt";
import { say } from "./kit/words";

const SETTLE = 200; // ms: several events at once are one fetch
const CHANNEL = "live";

type Word = "event" | "open" | "lost";

class Live {
  private readonly channel = "BroadcastChannel" in window ? new BroadcastChannel(CHANNEL) : null;
  private stream: EventSource | null = null;
  private timer = 0;
  private lostOnce = false;

  constructor(private readonly url: string) {
    this.channel?.addEventListener("message", (event) => this.hear(event.data as Word));
    if (this.channel && "locks" in navigator) void this.lead();
    else this.whileSeen();
  }

  /** Wait for the lock; whoever holds it has the stream until its tab closes. */
  private async lead(): Promise<void> {
    await navigator.locks.request(`live ${this.url}`, () => {
      this.open();
      return new Promise<never>(() => undefined);
    });
  }

  /** Without locks (plain http) only the tab in view keeps a stream. */
  private whileSeen(): void {
    const choose = () => (document.hidden ? this.close() : this.open());
    document.addEventListener("visibilitychange", choose);
    choose();
  }

  private open(): void {
    if (this.stream) return;
    this.stream = new EventSource(this.url);
    this.stream.onopen = () => this.pass("open");
    this.stream.onerror = () => this.pass("lost");
    this.stream.onmessage = () => this.pass("event");
    for (const name of this.names()) this.stream.addEventListener(name, () => this.pass("event"));
  }

  private names(): string[] {
    const told = document.querySelector<HTMLElement>("[data-live]")?.dataset.liveEvents ?? "";
    return told.split(/[ ,]+/).filter(Boolean);
  }

  private close(): void {
    this.stream?.close();
    this.stream = null;
  }

  private pass(word: Word): void {
    this.channel?.postMessage(word);
    this.hear(word);
  }

  private hear(word: Word): void {
    if (word === "lost") return this.tellLost();
    // after a gap something may have been missed
    if (word === "event" || this.lostOnce) this.soon();
    if (word === "open") this.tellFound();
  }

  private soon(): void {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void refresh(), SETTLE);
  }

  private tellLost(): void {
    this.lostOnce = true;
    for (const line of all("[data-as-of]")) {
      if (line.classList.contains("lost")) continue;
      line.classList.add("lost");
      line.prepend(`${say(line, "lost")} `);
    }
  }

  private tellFound(): void {
    this.lostOnce = false;
    for (const line of all("[data-as-of].lost")) {
      line.classList.remove("lost");
      line.firstChild?.remove();
    }
  }
}

/** Fetch this page again and swap the parts that changed; the reader's focus stays where it was. */
export async function refresh(): Promise<void> {
  const parts = all("[data-live-part][id]");
  const answer = await fetch(location.href, {
    headers: { "X-Live-Part": parts.map((part) => part.id).join(",") },
    credentials: "same-origin",
  }).catch(() => null);
  if (!answer?.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  const changed = parts.filter((part) => swap(part, fresh.getElementById(part.id)));
  if (changed.length) announce();
}

function swap(part: HTMLElement, fresh: HTMLElement | null): boolean {
  if (!fresh || looks(part) === looks(fresh)) return false;
  if (part.querySelector("form [name]:focus")) return false; // somebody is typing there
  const focused = part.contains(document.activeElement) ? document.activeElement?.id : "";
  part.textContent = "";
  part.append(...Array.from(fresh.childNodes));
  if (focused) document.getElementById(focused)?.focus();
  part.dispatchEvent(new CustomEvent("live:swapped", { bubbles: true }));
  return true;
}

/** What a reader would see of a part: form tokens are new each time and say nothing. */
function looks(part: HTMLElement): string {
  const copy = part.cloneNode(true) as HTMLElement;
  for (const hidden of all("input[type=hidden]", copy)) hidden.remove();
  for (const card of all("[data-receipt]", copy)) card.removeAttribute("data-receipt");
  return copy.innerHTML;
}

function announce(): void {
  let voice = document.getElementById("live-voice");
  if (!voice) {
    voice = document.createElement("p");
    voice.id = "live-voice";
    voice.className = "unseen";
    voice.setAttribute("aria-live", "polite");
    document.body.append(voice);
  }
  const line = document.querySelector<HTMLElement>("[data-as-of]");
  voice.textContent = "";
  const words = line ? say(line, "changed") : "";
  window.setTimeout(() => (voice.textContent = words), 50);
}

const root = document.querySelector<HTMLElement>("[data-live]");
if (root?.dataset.live) new Live(root.dataset.live);

giveReceipts();
document.addEventListener("live:swapped", giveReceipts);
document.addEventListener("visibilitychange", giveReceipts);
