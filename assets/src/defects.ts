// A defect in the list is one tap from its place: the spin or the panorama turns there, or its
// close-up opens over the page.

import { all } from "./kit/dom";
import { hear, tell } from "./kit/events";

const box = document.querySelector<HTMLElement>("[data-close-up-box]");
let before: HTMLElement | null = null;

function choose(id: string): void {
  for (const item of all(".defect")) item.classList.toggle("chosen", item.id === `defect-${id}`);
}

function turn(link: HTMLElement): void {
  const id = link.dataset.defect!;
  const where = link.dataset.where === "panorama" ? "panorama" : "spin";
  choose(id);
  tell(where === "panorama" ? "panorama:goto" : "spin:goto", { id });
  document.getElementById(where)?.scrollIntoView({ block: "nearest", behavior: "smooth" });
}

function open(link: HTMLAnchorElement): void {
  if (!box) return;
  const picture = box.querySelector("img")!;
  const label = link.closest(".defect")?.querySelector("h2, h3, h4")?.textContent ?? "";
  before = link;
  picture.src = link.href;
  picture.alt = label;
  box.querySelector("p")!.textContent = label;
  pin(box, link.dataset);
  box.hidden = false;
  box.querySelector<HTMLElement>("[data-close]")?.focus();
}

/** The defect's own place in its close photo, where somebody pressed on it. */
function pin(box: HTMLElement, { number, x, y }: DOMStringMap): void {
  const mark = box.querySelector<HTMLElement>(".pin")!;
  mark.hidden = x === undefined || y === undefined;
  mark.querySelector("span")!.textContent = number ?? "";
  mark.style.left = `${Number(x) * 100}%`;
  mark.style.top = `${Number(y) * 100}%`;
}

function close(): void {
  if (!box || box.hidden) return;
  box.hidden = true;
  before?.focus();
}

document.addEventListener("click", (event) => {
  const pressed = event.target as HTMLElement;
  const turner = pressed.closest<HTMLElement>("[data-defect]");
  const opener = pressed.closest<HTMLAnchorElement>("a[data-close-up]");
  if (turner) turn(turner);
  else if (opener) open(opener);
  else if (pressed.closest("[data-close]") || pressed === box) return close();
  else return;
  event.preventDefault();
});

document.addEventListener("keydown", (event) => {
  if (!box || box.hidden) return;
  if (event.key === "Escape") close();
  if (event.key === "Tab") {
    event.preventDefault(); // the only thing to reach is the button that closes
    box.querySelector<HTMLElement>("[data-close]")?.focus();
  }
});

hear("defect:open", ({ id }) => {
  choose(id);
  const item = document.getElementById(`defect-${id}`);
  const link = item?.querySelector<HTMLAnchorElement>("a[data-close-up]");
  if (link && box) open(link);
  else item?.scrollIntoView({ block: "nearest", behavior: "smooth" });
});
