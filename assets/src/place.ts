// The place of a defect: on a photo or a frame of the spin (fractions), or in the panorama (degrees).

import { all, fraction, make, one, short, within } from "./kit/dom";
import { hear } from "./kit/events";
import { say } from "./kit/words";

const STEP = 0.01;

function fill(root: HTMLElement, values: Record<string, string>): void {
  for (const [name, value] of Object.entries(values))
    one<HTMLInputElement>(`[data-part=${name}]`, root).value = value;
  const line = root.querySelector<HTMLElement>("[data-said]");
  if (line) line.textContent = say(line, "set", { frame: Number(values["frame"] ?? 0) + 1 });
}

class Mark {
  readonly button: HTMLButtonElement;
  private at: [number, number] = [0.5, 0.5];

  constructor(
    stage: HTMLElement,
    label: string,
    private readonly changed: (x: number, y: number) => void,
  ) {
    this.button = make("button", { type: "button", class: "pin chosen", "aria-label": label });
    this.button.append(make("span", { "aria-hidden": "true" }, "●"));
    this.button.hidden = true;
    this.button.addEventListener("keydown", (event) => this.key(event));
    stage.append(this.button);
  }

  set(x: number, y: number): void {
    this.at = [x, y];
    this.button.hidden = false;
    this.button.style.left = `${x * 100}%`;
    this.button.style.top = `${y * 100}%`;
    this.changed(x, y);
  }

  private key(event: KeyboardEvent): void {
    const ways: Record<string, [number, number]> = {
      ArrowLeft: [-STEP, 0],
      ArrowRight: [STEP, 0],
      ArrowUp: [0, -STEP],
      ArrowDown: [0, STEP],
    };
    const way = ways[event.key];
    if (!way) return;
    event.preventDefault();
    this.set(within(this.at[0] + way[0]), within(this.at[1] + way[1]));
  }
}

function onPhoto(root: HTMLElement): void {
  const stage = one<HTMLElement>(".marks-stage", root);
  const mark = new Mark(stage, say(root, "here"), (x, y) => fill(root, { x: short(x), y: short(y) }));
  stage.addEventListener("click", (event) => {
    if (event.target === mark.button) return;
    mark.set(...fraction(event, stage));
    mark.button.focus();
  });
  const [x, y] = ["x", "y"].map((part) => one<HTMLInputElement>(`[data-part=${part}]`, root).value);
  if (x && y) mark.set(Number(x), Number(y));
  else addByKeyboard(root, stage, mark);
}

/** Without a pointer the mark starts in the middle and is moved by the arrow keys. */
function addByKeyboard(root: HTMLElement, stage: HTMLElement, mark: Mark): void {
  stage.tabIndex = 0;
  stage.setAttribute("role", "group");
  stage.setAttribute("aria-label", say(root, "here"));
  stage.addEventListener("keydown", (event) => {
    if (event.target !== stage || event.key !== "Enter") return;
    event.preventDefault();
    mark.set(0.5, 0.5);
    mark.button.focus();
  });
}

function onSpin(root: HTMLElement): void {
  const spin = document.querySelector<HTMLElement>("[data-spin]");
  if (!spin) return;
  let frame = 0;
  const mark = new Mark(one(".spin-stage", spin), say(root, "here"), (x, y) =>
    fill(root, { frame: String(frame), x: short(x), y: short(y) }),
  );
  hear("spin:press", (placed) => {
    frame = placed.frame;
    mark.set(placed.x, placed.y);
  });
  // the mark belongs to one frame: on the others it is not there
  new MutationObserver(() => {
    mark.button.hidden = spin.dataset.frame !== one<HTMLInputElement>("[data-part=frame]", root).value;
  }).observe(spin, { attributes: true, attributeFilter: ["data-frame"] });
}

for (const root of all("[data-place]")) {
  if (root.dataset.place === "spin") onSpin(root);
  else if (root.dataset.place === "panorama")
    hear("panorama:press", ({ yaw, pitch }) =>
      fill(root, { yaw: yaw.toFixed(3), pitch: pitch.toFixed(3) }),
    );
  else onPhoto(root);
}
