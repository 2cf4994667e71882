// The place of a defect: on its photo (fractions), on frames of the spin (fractions, moving evenly
// between the frames pressed on), or in a panorama (degrees).

import { all, fraction, make, one, parse, short, within } from "./kit/dom";
import { hear, tell } from "./kit/events";
import { type Lens, over, type Point, under, WHOLE } from "./kit/lens";
import { type Keys, track } from "./kit/track";
import { say } from "./kit/words";

const STEP = 0.01;
const MIDDLE: Point = [0.5, 0.5];

function fill(root: HTMLElement, values: Record<string, string>): void {
  for (const [name, value] of Object.entries(values))
    one<HTMLInputElement>(`[data-part=${name}]`, root).value = value;
}

function tellSet(root: HTMLElement, count: number): void {
  const line = root.querySelector<HTMLElement>("[data-said]");
  if (line) line.textContent = count ? say(root, "set", { count }) : "";
}

/** A pin on a stage that the arrow keys move; `moved` hears by how much. */
class Mark {
  readonly button: HTMLButtonElement;

  constructor(stage: HTMLElement, label: string, moved: (right: number, down: number) => void) {
    this.button = make("button", { type: "button", class: "pin chosen", "aria-label": label });
    this.button.append(make("span", { "aria-hidden": "true" }, "●"));
    this.button.hidden = true;
    this.button.addEventListener("keydown", (event) => {
      const ways: Record<string, Point> = {
        ArrowLeft: [-STEP, 0],
        ArrowRight: [STEP, 0],
        ArrowUp: [0, -STEP],
        ArrowDown: [0, STEP],
      };
      const way = ways[event.key];
      if (!way) return;
      event.preventDefault();
      moved(...way);
    });
    stage.append(this.button);
  }

  /** `sure`: pressed here, not worked out between two presses. */
  put(at: Point | undefined, sure: boolean): void {
    this.button.hidden = !at || at.some((part) => part < 0 || part > 1);
    this.button.classList.toggle("between", !sure);
    if (!at) return;
    this.button.style.left = `${at[0] * 100}%`;
    this.button.style.top = `${at[1] * 100}%`;
  }
}

class OnPhoto {
  private at: Point | null;
  private readonly mark: Mark;

  constructor(private readonly root: HTMLElement) {
    const stage = one<HTMLElement>(".marks-stage", root);
    this.mark = new Mark(stage, say(root, "here"), (right, down) => {
      const [x, y] = this.at ?? MIDDLE;
      this.set([within(x + right), within(y + down)]);
    });
    stage.addEventListener("click", (event) => {
      if (event.target === this.mark.button) return;
      this.set(fraction(event, stage));
      this.mark.button.focus();
    });
    const [x, y] = ["x", "y"].map((part) => one<HTMLInputElement>(`[data-part=${part}]`, root).value);
    this.at = x && y ? [Number(x), Number(y)] : null;
    if (this.at) this.mark.put(this.at, true);
    else this.addByKeyboard(stage);
  }

  private set(at: Point): void {
    this.at = at;
    this.mark.put(at, true);
    fill(this.root, { x: short(at[0]), y: short(at[1]) });
  }

  /** Without a pointer the mark starts in the middle and is moved by the arrow keys. */
  private addByKeyboard(stage: HTMLElement): void {
    stage.tabIndex = 0;
    stage.setAttribute("role", "group");
    stage.setAttribute("aria-label", say(this.root, "here"));
    stage.addEventListener("keydown", (event) => {
      if (event.target !== stage || event.key !== "Enter") return;
      event.preventDefault();
      this.set(MIDDLE);
      this.mark.button.focus();
    });
  }
}

class OnSpin {
  private readonly keys: Keys;
  private readonly mark: Mark;
  private frame = 0;
  private lens: Lens = WHOLE;
  private count = 1;

  constructor(
    private readonly root: HTMLElement,
    private readonly spin: HTMLElement,
  ) {
    this.keys = new Map(Object.entries(this.stored()).map(([frame, at]) => [Number(frame), at]));
    this.mark = new Mark(one(".spin-stage", spin), say(root, "here"), (right, down) => {
      const [x, y] = this.here() ?? MIDDLE;
      this.set(this.frame, [within(x + right / this.lens.scale), within(y + down / this.lens.scale)]);
    });
    hear("spin:drawn", ({ frame, count, lens }) => {
      Object.assign(this, { frame, count, lens });
      this.show();
    });
    hear("spin:press", ({ frame, x, y }) => this.set(frame, [within(x), within(y)]));
    one("[data-middle]", root).addEventListener("click", () => {
      this.set(this.frame, under(this.lens, MIDDLE));
      this.mark.button.focus();
    });
    this.list();
  }

  private stored(): Record<string, Point> {
    return parse<Record<string, Point>>(one<HTMLInputElement>("[data-part=keys]", this.root).value, {});
  }

  private here(): Point | undefined {
    return track(this.keys, this.count).get(this.frame);
  }

  private set(frame: number, at: Point): void {
    this.keys.set(frame, at);
    this.changed();
  }

  private changed(): void {
    const told = Array.from(this.keys, ([frame, [x, y]]) => [frame, [Number(short(x)), Number(short(y))]]);
    fill(this.root, { keys: JSON.stringify(Object.fromEntries(told)) });
    this.show();
    this.list();
  }

  private show(): void {
    const at = this.here();
    this.mark.put(at && over(this.lens, at), this.keys.has(this.frame));
  }

  private list(): void {
    const frames = Array.from(this.keys.keys()).sort((a, b) => a - b);
    tellSet(this.root, frames.length);
    const list = one<HTMLElement>("[data-keys]", this.root);
    list.textContent = "";
    for (const frame of frames) {
      const words = say(this.root, "remove", { frame: frame + 1 });
      const button = make("button", { type: "button", class: "press press-small" }, words);
      button.addEventListener("click", () => {
        this.keys.delete(frame);
        this.changed();
        this.spin.querySelector<HTMLElement>(".spin-face")?.focus();
      });
      const item = make("li");
      item.append(button);
      list.append(item);
    }
  }
}

function onPanorama(root: HTMLElement): void {
  hear("panorama:press", ({ scene, yaw, pitch }) => {
    fill(root, { scene, yaw: yaw.toFixed(3), pitch: pitch.toFixed(3) });
    tellSet(root, 1);
    tell("panorama:mark", { id: "mark", number: "●", label: say(root, "here"), yaw, pitch });
  });
  one("[data-middle]", root).addEventListener("click", () => tell("panorama:middle", {}));
}

for (const root of all("[data-place]")) {
  const spin = document.querySelector<HTMLElement>("[data-spin]");
  if (root.dataset.place === "spin" && spin) new OnSpin(root, spin);
  else if (root.dataset.place === "panorama") onPanorama(root);
  else if (root.dataset.place === "photo") new OnPhoto(root);
}
