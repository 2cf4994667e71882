// The outside of a car by a sequence of photos, without WebGL. Drag, arrow keys, buttons, inertia;
// pins follow the frames. Only photos that were taken are shown: while one is still on its way the
// nearest one that is here stands in its place.

import { all, calm, fraction, make, one, parse } from "./kit/dom";
import { hear, tell } from "./kit/events";
import { Frames, nearest } from "./kit/frames";
import { say } from "./kit/words";

interface Pin {
  id: string;
  number?: number | string;
  label: string;
  frames: Record<string, [number, number]>;
}

const FRICTION = 0.94;
const SLOWEST = 0.01;

class Spin {
  private readonly stage: HTMLElement;
  private readonly face: HTMLElement;
  private readonly canvas: HTMLCanvasElement;
  private readonly frames: Frames;
  private readonly full: string[];
  private readonly pins: [Pin, HTMLButtonElement][];
  private turned = 0; // in frames, not yet rounded
  private speed = 0;
  private shown = -1;
  private held: { x: number; moved: number } | null = null;

  constructor(private readonly root: HTMLElement) {
    const strip = readStrip(root);
    this.full = strip.map((img) => img.dataset.full ?? img.src);
    this.stage = one(".spin-stage", root);
    this.canvas = make("canvas", { "aria-hidden": "true" });
    this.face = make("div", {
      class: "spin-face",
      tabindex: "0",
      role: "slider",
      "aria-label": one<HTMLImageElement>("img", this.stage).alt,
      "aria-valuemin": "1",
      "aria-valuemax": String(strip.length),
    });
    this.stage.append(this.canvas, this.face);
    this.pins = parse<Pin[]>(root.dataset.pins, []).map((pin, at) => [pin, this.makePin(pin, at)]);
    const urls = strip.map((img) => img.getAttribute("src")!);
    this.frames = new Frames(urls, () => this.draw(true));
    void this.frames.load(false);
    this.listen();
    this.draw(true);
    one<HTMLElement>("[data-where]", root).textContent = say(root, "hint");
  }

  get count(): number {
    return this.full.length;
  }

  get index(): number {
    return ((Math.round(this.turned) % this.count) + this.count) % this.count;
  }

  turn(by: number): void {
    void this.frames.load(true);
    this.turned += by;
    this.draw();
  }

  /** Turn, the short way round, to the frame that shows a defect best: nearest to the middle. */
  goTo(id: string): void {
    const pin = this.pins.find(([one]) => one.id === id)?.[0];
    if (!pin) return;
    const best = Object.entries(pin.frames).sort(
      ([, a], [, b]) => Math.abs(a[0] - 0.5) - Math.abs(b[0] - 0.5),
    )[0];
    if (!best) return;
    this.choose(id);
    this.glide(Number(best[0]));
  }

  choose(id: string): void {
    for (const [pin, button] of this.pins) button.classList.toggle("chosen", pin.id === id);
  }

  private glide(to: number): void {
    void this.frames.load(true);
    let way = (to - this.index) % this.count;
    if (way > this.count / 2) way -= this.count;
    if (way < -this.count / 2) way += this.count;
    this.speed = 0;
    this.turned = this.index;
    const step = () => {
      if (way === 0 || this.held) return;
      const move = calm() ? way : Math.sign(way);
      way -= move;
      this.turn(move);
      window.requestAnimationFrame(() => window.requestAnimationFrame(step));
    };
    step();
  }

  private draw(anew = false): void {
    const index = nearest(this.index, this.count, (at) => this.frames.pictures[at] !== null);
    if (index !== this.shown || anew) {
      const picture = index < 0 ? null : this.frames.pictures[index]!;
      if (picture) this.paint(picture);
      this.shown = index;
    }
    this.tellWhere();
    this.movePins(index);
  }

  private paint(picture: HTMLImageElement): void {
    const wide = Math.min(picture.naturalWidth, this.stage.clientWidth * window.devicePixelRatio);
    const width = Math.round(wide);
    const height = Math.round((wide * picture.naturalHeight) / picture.naturalWidth);
    if (this.canvas.width !== width || this.canvas.height !== height) {
      this.canvas.width = width;
      this.canvas.height = height;
    }
    this.canvas.getContext("2d")?.drawImage(picture, 0, 0, width, height);
  }

  private tellWhere(): void {
    const words = say(this.root, "frame", { frame: this.index + 1, count: this.count });
    this.face.setAttribute("aria-valuenow", String(this.index + 1));
    this.face.setAttribute("aria-valuetext", words);
    this.root.dataset.frame = String(this.index);
    if (this.turned !== 0) one<HTMLElement>("[data-where]", this.root).textContent = words;
    const link = this.root.querySelector<HTMLAnchorElement>("[data-full-link]");
    if (link) link.href = this.full[this.index]!;
  }

  private makePin(pin: Pin, at: number): HTMLButtonElement {
    const number = String(pin.number ?? at + 1);
    // what is heard begins with what is seen
    const label = pin.label.startsWith(number) ? pin.label : `${number} ${pin.label}`;
    const button = make("button", { type: "button", class: "pin", "aria-label": label });
    button.append(make("span", { "aria-hidden": "true" }, number));
    button.addEventListener("click", () => {
      this.choose(pin.id);
      tell("defect:open", { id: pin.id });
    });
    this.stage.append(button);
    return button;
  }

  private movePins(index: number): void {
    for (const [pin, button] of this.pins) {
      const place = pin.frames[String(index)];
      button.hidden = !place;
      if (!place) continue;
      button.style.left = `${place[0] * 100}%`;
      button.style.top = `${place[1] * 100}%`;
    }
  }

  private listen(): void {
    const face = this.face;
    face.addEventListener("pointerdown", (event) => this.hold(event));
    face.addEventListener("pointermove", (event) => this.drag(event));
    face.addEventListener("pointerup", (event) => this.letGo(event));
    face.addEventListener("pointercancel", () => this.drop());
    face.addEventListener("keydown", (event) => this.key(event));
    for (const button of all("[data-turn]", this.root))
      button.addEventListener("click", () => this.turn(Number(button.dataset.turn)));
    hear("spin:goto", ({ id }) => this.goTo(id));
    window.addEventListener("resize", () => this.draw(true));
  }

  private hold(event: PointerEvent): void {
    this.held = { x: event.clientX, moved: 0 };
    this.speed = 0;
    this.face.classList.add("held");
    this.face.setPointerCapture(event.pointerId);
    void this.frames.load(true);
  }

  private drag(event: PointerEvent): void {
    if (!this.held) return;
    const pixels = event.clientX - this.held.x;
    this.held = { x: event.clientX, moved: this.held.moved + Math.abs(pixels) };
    // the width of the picture is half a turn; the near side of the car follows the finger
    const way = this.root.dataset.way === "-1" ? -1 : 1;
    this.speed = way * (pixels / this.stage.clientWidth) * (this.count / 2);
    this.turn(this.speed);
  }

  private letGo(event: PointerEvent): void {
    const pressed = this.held && this.held.moved < 6;
    this.drop();
    if (pressed) {
      const [x, y] = fraction(event, this.face);
      tell("spin:press", { frame: this.index, x, y });
    } else if (!calm()) {
      this.coast();
    }
  }

  private drop(): void {
    this.held = null;
    this.face.classList.remove("held");
  }

  private coast(): void {
    const step = () => {
      if (this.held || Math.abs(this.speed) < SLOWEST) return;
      this.speed *= FRICTION;
      this.turn(this.speed);
      window.requestAnimationFrame(step);
    };
    step();
  }

  private key(event: KeyboardEvent): void {
    const steps: Record<string, number> = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 };
    const eighth = Math.max(1, Math.round(this.count / 8));
    const big: Record<string, number> = { PageUp: eighth, PageDown: -eighth, Home: -this.index };
    const by = steps[event.key] ?? big[event.key];
    if (by === undefined) return;
    event.preventDefault();
    this.speed = 0;
    this.turned = this.index;
    this.turn(by);
  }
}

/** The frames stand in the strip for readers without scripts; parsed, it fetches nothing. */
function readStrip(root: HTMLElement): HTMLImageElement[] {
  const text = root.querySelector("noscript")?.textContent ?? "";
  const inert = new DOMParser().parseFromString(text, "text/html");
  return Array.from(inert.querySelectorAll("img"));
}

for (const root of all("[data-spin]")) new Spin(root);
