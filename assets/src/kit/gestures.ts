// One finger drags, two pinch, a short touch presses, two of them press twice. Places and ways are
// fractions of the element.

import type { Point } from "./lens";

export interface Meant {
  begun(): void;
  /** `perSecond`: how fast the finger was in the end, fractions of the width. */
  let(perSecond: number): void;
  drag(right: number, down: number): void;
  pinch(factor: number, at: Point): void;
  press(at: Point): void;
  pressTwice(at: Point): void;
}
interface Finger {
  at: Point;
  moved: number;
}

const STILL = 0.012; // of the width: a finger is never quite still
const TWICE = 300; // milliseconds
const RECENT = 80;

export class Gestures {
  private readonly fingers = new Map<number, Finger>();
  private trail: [number, number][] = []; // (time, x) of the last moves
  private pressed: { at: Point; timer: number } | null = null;
  private pinched = false;

  constructor(
    private readonly face: HTMLElement,
    private readonly meant: Meant,
  ) {
    face.addEventListener("pointerdown", (event) => this.down(event));
    face.addEventListener("pointermove", (event) => this.move(event));
    face.addEventListener("pointerup", (event) => this.up(event, true));
    face.addEventListener("pointercancel", (event) => this.up(event, false));
  }

  private where(event: PointerEvent): Point {
    const box = this.face.getBoundingClientRect();
    return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
  }

  private down(event: PointerEvent): void {
    if (event.button !== 0) return;
    this.face.setPointerCapture(event.pointerId);
    this.fingers.set(event.pointerId, { at: this.where(event), moved: 0 });
    this.trail = [];
    if (this.fingers.size === 1) {
      this.pinched = false;
      this.meant.begun();
    }
  }

  private move(event: PointerEvent): void {
    const finger = this.fingers.get(event.pointerId);
    if (!finger) return;
    const at = this.where(event);
    const [right, down] = [at[0] - finger.at[0], at[1] - finger.at[1]];
    const before = this.spread();
    finger.at = at;
    finger.moved += Math.hypot(right, down);
    if (before) this.pinch(before, this.spread()!);
    else this.slide(event.timeStamp, at[0], right, down);
  }

  private slide(time: number, x: number, right: number, down: number): void {
    this.trail = this.trail.filter(([then]) => time - then < RECENT).concat([[time, x]]);
    this.meant.drag(right, down);
  }

  /** How far apart two fingers are, and the middle between them. */
  private spread(): { far: number; middle: Point } | null {
    if (this.fingers.size !== 2) return null;
    const [a, b] = Array.from(this.fingers.values(), (finger) => finger.at) as [Point, Point];
    const shape = this.face.clientHeight / this.face.clientWidth;
    const far = Math.hypot(a[0] - b[0], (a[1] - b[1]) * shape);
    return { far, middle: [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2] };
  }

  private pinch(before: { far: number; middle: Point }, after: { far: number; middle: Point }): void {
    this.pinched = true;
    if (before.far > 0) this.meant.pinch(after.far / before.far, after.middle);
    this.meant.drag(after.middle[0] - before.middle[0], after.middle[1] - before.middle[1]);
  }

  private up(event: PointerEvent, meant: boolean): void {
    const finger = this.fingers.get(event.pointerId);
    this.fingers.delete(event.pointerId);
    if (!finger || this.fingers.size) return;
    if (meant && !this.pinched && finger.moved < STILL) this.tap(finger.at);
    this.meant.let(meant && !this.pinched ? this.speed(event.timeStamp) : 0);
  }

  /** A press waits until it is sure that no second one follows. */
  private tap(at: Point): void {
    const before = this.pressed;
    if (before) window.clearTimeout(before.timer);
    const again = before && Math.hypot(at[0] - before.at[0], at[1] - before.at[1]) < 0.1;
    this.pressed = null;
    if (again) return this.meant.pressTwice(at);
    const timer = window.setTimeout(() => {
      this.pressed = null;
      this.meant.press(at);
    }, TWICE);
    this.pressed = { at, timer };
  }

  private speed(now: number): number {
    const [first] = this.trail;
    const last = this.trail[this.trail.length - 1];
    if (!first || !last || now - last[0] > RECENT || last[0] === first[0]) return 0;
    return ((last[1] - first[1]) / (last[0] - first[0])) * 1000;
  }
}
