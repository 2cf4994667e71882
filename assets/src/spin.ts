// The outside of a car by a sequence of photos, without WebGL. Drag, arrow keys, buttons, inertia;
// two fingers, the wheel or + and − look closer; pins follow the frames. Only photos that were
// taken are shown: while one is still on its way the nearest one that is here stands in its place.

import { all, calm, make, one, parse } from "./kit/dom";
import { hear, tell } from "./kit/events";
import { Closer, Frames, nearest } from "./kit/frames";
import { Gestures, type Meant } from "./kit/gestures";
import { pinButton } from "./kit/hotspots";
import { closer, kept, type Lens, moved, over, type Point, under, WHOLE } from "./kit/lens";
import { say } from "./kit/words";

interface Pin {
  id: string;
  number?: number | string;
  label: string;
  frames: Record<string, Point>;
}

const HALF_LIFE = 180; // milliseconds in which a turn let go of loses half its speed
const SLOWEST = 0.4; // frames a second
const NEARER = 1.5; // a press of +
const TWICE = 2.5; // a double press
const MOST = 6; // times, while the full-size picture is not here yet
const LARGEST_PIXEL = 2; // of the screen for one of the photo: closer shows nothing new
const MIDDLE: Point = [0.5, 0.5];
const PAN = 0.2;

class Spin implements Meant {
  private readonly stage: HTMLElement;
  private readonly face: HTMLElement;
  private readonly canvas: HTMLCanvasElement;
  private readonly frames: Frames;
  private readonly full: string[];
  private readonly angles: number[]; // degrees round the car, one a frame; none when they are not known
  private readonly closer: Closer;
  private readonly pins: [Pin, HTMLButtonElement][];
  private lens: Lens = WHOLE;
  private turned = 0; // in frames, not yet rounded
  private shown = -1;
  private way = 0; // counts the turns that go on by themselves; a new one ends the last
  private heeding = false;

  constructor(private readonly root: HTMLElement) {
    const strip = readStrip(root);
    this.full = strip.map((img) => img.dataset.full ?? img.src);
    this.angles = parse<number[]>(root.dataset.angles, []);
    this.stage = one(".spin-stage", root);
    this.canvas = make("canvas", { "aria-hidden": "true" });
    this.face = this.makeFace(strip.length);
    this.stage.append(this.canvas, this.face);
    this.pins = parse<Pin[]>(root.dataset.pins, []).map((pin, at) => [pin, this.makePin(pin, at)]);
    const urls = strip.map((img) => img.getAttribute("src")!);
    this.frames = new Frames(urls, () => this.draw());
    this.closer = new Closer(this.full, () => this.draw());
    void this.frames.load(false);
    this.listen();
    this.draw();
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
    if (!this.heeding) tell("spin:turned", { from: this.root.id, share: this.index / this.count, angle: this.angles[this.index] });
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
    this.look(WHOLE);
    this.glide(Number(best[0]));
  }

  choose(id: string): void {
    for (const [pin, button] of this.pins) button.classList.toggle("chosen", pin.id === id);
  }

  // --- what fingers mean

  begun(): void {
    this.way++;
    this.face.classList.add("held");
    void this.frames.load(true);
  }

  drag(right: number, down: number): void {
    if (this.lens.scale > 1) this.look(moved(this.lens, right, down, this.most()));
    else this.turn(this.perWidth() * right);
  }

  pinch(factor: number, at: Point): void {
    this.look(closer(this.lens, factor, at, this.most()));
  }

  press(at: Point): void {
    const [x, y] = under(this.lens, at);
    tell("spin:press", { frame: this.index, x, y });
  }

  pressTwice(at: Point): void {
    this.look(this.lens.scale > 1 ? WHOLE : closer(this.lens, TWICE, at, this.most()));
  }

  let(perSecond: number): void {
    this.face.classList.remove("held");
    if (this.lens.scale === 1 && !calm()) this.coast(this.perWidth() * perSecond);
  }

  // --- turning

  /** Frames for a drag across the picture: half a turn; the near side follows the finger. */
  private perWidth(): number {
    return ((this.root.dataset.way === "-1" ? -1 : 1) * this.count) / 2;
  }

  private coast(speed: number): void {
    const mine = ++this.way;
    let before = performance.now();
    const step = (now: number) => {
      if (mine !== this.way || Math.abs(speed) < SLOWEST) return;
      const passed = Math.max(0, now - before);
      before = now;
      speed *= 0.5 ** (passed / HALF_LIFE);
      this.turn((speed * passed) / 1000);
      window.requestAnimationFrame(step);
    };
    window.requestAnimationFrame(step);
  }

  private glide(to: number): void {
    const mine = ++this.way;
    let left = (to - this.index) % this.count;
    if (left > this.count / 2) left -= this.count;
    if (left < -this.count / 2) left += this.count;
    this.turned = this.index;
    const step = () => {
      if (left === 0 || mine !== this.way) return;
      const move = calm() ? left : Math.sign(left);
      left -= move;
      this.turn(move);
      window.requestAnimationFrame(() => window.requestAnimationFrame(step));
    };
    step();
  }

  /** Show the frame that shows what a linked spin shows. */
  private heed(from: string, share: number, angle?: number): void {
    const linked = this.root.closest<HTMLElement>("[data-linked]");
    if (from === this.root.id || !linked?.querySelector(`#${CSS.escape(from)}`)) return;
    this.heeding = true;
    this.way++;
    const there = angle === undefined ? -1 : facing(this.angles, angle);
    this.turned = there < 0 ? Math.round(share * this.count) : there;
    this.turn(0);
    this.heeding = false;
  }

  // --- looking closer

  private look(lens: Lens): void {
    this.lens = lens;
    this.root.classList.toggle("zoomed", lens.scale > 1);
    this.draw();
  }

  private most(): number {
    const full = this.closer.get(this.index);
    if (!full) return MOST;
    const wide = this.stage.clientWidth * window.devicePixelRatio;
    return Math.max(TWICE, (LARGEST_PIXEL * full.naturalWidth) / wide);
  }

  // --- drawing

  private draw(): void {
    const index = nearest(this.index, this.count, (at) => this.frames.pictures[at] !== null);
    const picture = index < 0 ? null : this.frames.pictures[index]!;
    if (this.lens.scale > 1 && index >= 0) this.closer.want(index);
    if (picture) this.paint((this.lens.scale > 1 && this.closer.get(index)) || picture);
    this.shown = index;
    this.tellWhere();
    this.movePins();
  }

  private paint(picture: HTMLImageElement): void {
    const width = Math.round(this.stage.clientWidth * window.devicePixelRatio);
    const height = Math.round((width * picture.naturalHeight) / picture.naturalWidth);
    if (this.canvas.width !== width || this.canvas.height !== height) {
      this.canvas.width = width;
      this.canvas.height = height;
    }
    const [left, top] = under(this.lens, [0, 0]);
    const [wide, high] = [picture.naturalWidth, picture.naturalHeight];
    const { scale } = this.lens;
    this.canvas
      .getContext("2d")
      ?.drawImage(picture, left * wide, top * high, wide / scale, high / scale, 0, 0, width, height);
  }

  private tellWhere(): void {
    const { scale } = this.lens;
    const words = say(this.root, "frame", { frame: this.index + 1, count: this.count });
    const near = scale > 1 ? say(this.root, "near", { times: scale.toFixed(1) }) : "";
    this.face.setAttribute("aria-valuenow", String(this.index + 1));
    this.face.setAttribute("aria-valuetext", words + near);
    this.root.dataset.frame = String(this.index);
    this.root.dataset.scale = scale.toFixed(2);
    if (this.turned !== 0 || near) one<HTMLElement>("[data-where]", this.root).textContent = words + near;
    const link = this.root.querySelector<HTMLAnchorElement>("[data-full-link]");
    if (link) link.href = this.full[this.index]!;
    tell("spin:drawn", { from: this.root.id, frame: this.index, count: this.count, lens: this.lens });
  }

  private makeFace(count: number): HTMLElement {
    return make("div", {
      class: "spin-face",
      tabindex: "0",
      role: "slider",
      "aria-label": one<HTMLImageElement>("img", this.stage).alt,
      "aria-valuemin": "1",
      "aria-valuemax": String(count),
    });
  }

  private makePin(pin: Pin, at: number): HTMLButtonElement {
    const button = pinButton(String(pin.number ?? at + 1), pin.label);
    button.addEventListener("click", () => {
      this.choose(pin.id);
      tell("defect:open", { id: pin.id });
    });
    this.stage.append(button);
    return button;
  }

  private movePins(): void {
    for (const [pin, button] of this.pins) {
      const place = pin.frames[String(this.shown)];
      const [x, y] = place ? over(this.lens, place) : [-1, -1];
      button.hidden = x < 0 || x > 1 || y < 0 || y > 1;
      button.style.left = `${x * 100}%`;
      button.style.top = `${y * 100}%`;
    }
  }

  // --- listening

  private listen(): void {
    new Gestures(this.face, this);
    this.face.addEventListener("keydown", (event) => this.key(event));
    this.face.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    for (const button of all("[data-turn]", this.root))
      button.addEventListener("click", () => this.step(Number(button.dataset.turn)));
    for (const button of all("[data-nearer]", this.root))
      button.addEventListener("click", () => this.pinch(NEARER ** Number(button.dataset.nearer), MIDDLE));
    hear("spin:goto", ({ id }) => this.goTo(id));
    hear("spin:turned", ({ from, share, angle }) => this.heed(from, share, angle));
    window.addEventListener("resize", () => this.look(kept(this.lens, this.most())));
  }

  private step(by: number): void {
    this.way++;
    this.turned = this.index;
    this.turn(by);
  }

  /** Without Ctrl the wheel scrolls the page, unless the reader is looking closer already. */
  private wheel(event: WheelEvent): void {
    if (!event.ctrlKey && this.lens.scale === 1) return;
    event.preventDefault();
    const box = this.face.getBoundingClientRect();
    const at: Point = [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
    this.pinch(Math.exp(-event.deltaY / 300), at);
  }

  private key(event: KeyboardEvent): void {
    const act = this.lens.scale > 1 ? (this.near(event.key) ?? this.around(event.key)) : this.around(event.key);
    if (!act || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    act();
  }

  /** What a key does at any distance. */
  private around(key: string): (() => void) | undefined {
    const eighth = Math.max(1, Math.round(this.count / 8));
    const steps: Record<string, number> = {
      ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1,
      PageUp: eighth, PageDown: -eighth, Home: -this.index,
    };
    const nearer: Record<string, number> = { "+": NEARER, "=": NEARER, "-": 1 / NEARER, "0": 0 };
    const [by, factor] = [steps[key], nearer[key]];
    if (by !== undefined) return () => this.step(by);
    return factor === undefined ? undefined : () => this.pinch(factor, MIDDLE);
  }

  /** Looking closer, the arrows move the picture. */
  private near(key: string): (() => void) | undefined {
    const ways: Record<string, Point> = {
      ArrowRight: [-PAN, 0], ArrowLeft: [PAN, 0], ArrowUp: [0, PAN], ArrowDown: [0, -PAN],
    };
    const way = key === "Escape" ? undefined : ways[key];
    if (key === "Escape") return () => this.look(WHOLE);
    return way && (() => this.look(moved(this.lens, way[0], way[1], this.most())));
  }
}

/** The frame taken nearest to an angle; −1 when there are none. */
function facing(angles: number[], angle: number): number {
  const apart = angles.map((one) => Math.abs(((((one - angle) % 360) + 540) % 360) - 180));
  return apart.indexOf(Math.min(...apart));
}

/** The frames stand in the strip for readers without scripts; parsed, it fetches nothing. */
function readStrip(root: HTMLElement): HTMLImageElement[] {
  const text = root.querySelector("noscript")?.textContent ?? "";
  const inert = new DOMParser().parseFromString(text, "text/html");
  return Array.from(inert.querySelectorAll("img"));
}

for (const root of all("[data-spin]")) new Spin(root);
