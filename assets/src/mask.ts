// Rectangles over faces and plates, by pointer or keyboard, into a hidden field as
// [[x, y, w, h], …] in fractions of the upright picture. Proposals and earlier rectangles come as
// boxes to tick; with scripts the field alone is sent, and ticks show and hide rectangles.

import { all, fraction, make, one, parse, short, within } from "./kit/dom";
import { say } from "./kit/words";

type Box = [number, number, number, number];
type Grip = { box: Box; at: [number, number]; from: Box; corner: boolean; fresh: boolean };

/** A listed rectangle: its tick, the numbers it was listed with, and the box while it is drawn. */
type Choice = { tick: HTMLInputElement; listed: Box; box: Box | null };

const LEAST = 0.01;
const STEP = 0.01;

class Masks {
  private readonly stage: HTMLElement;
  private readonly field: HTMLInputElement;
  private readonly choices: Choice[];
  private boxes: Box[];
  private buttons: HTMLButtonElement[] = [];
  private chosen = -1;
  private grip: Grip | null = null;

  constructor(private readonly root: HTMLElement) {
    this.stage = one(".marks-stage", root);
    this.field = one<HTMLInputElement>("input[type=hidden]", root);
    this.boxes = parse<Box[]>(this.field.value, []);
    this.choices = all<HTMLInputElement>("input[name=accept]", root).map((tick) => this.list(tick));
    this.stage.addEventListener("pointerdown", (event) => this.take(event));
    this.stage.addEventListener("pointermove", (event) => this.pull(event));
    this.stage.addEventListener("pointerup", () => this.drop());
    this.stage.addEventListener("pointercancel", () => this.drop());
    this.stage.addEventListener("keydown", (event) => this.key(event));
    one(`[data-add]`, root).addEventListener("click", () => this.add([0.4, 0.4, 0.2, 0.2], true));
    one(`[data-remove]`, root).addEventListener("click", () => this.remove());
    this.render();
  }

  private list(tick: HTMLInputElement): Choice {
    const choice: Choice = { tick, listed: JSON.parse(tick.value) as Box, box: null };
    tick.removeAttribute("name");
    tick.addEventListener("change", () => this.follow(choice));
    if (tick.checked) this.boxes.push((choice.box = [...choice.listed]));
    return choice;
  }

  private follow(choice: Choice): void {
    if (choice.tick.checked) {
      choice.box = [...choice.listed];
      this.add(choice.box, false);
    } else if (choice.box) {
      this.chosen = this.boxes.indexOf(choice.box);
      this.remove(false);
    }
  }

  private choiceOf(box: Box): Choice | undefined {
    return this.choices.find((choice) => choice.box === box);
  }

  private add(box: Box, focus: boolean): void {
    this.boxes.push(box);
    this.chosen = this.boxes.length - 1;
    this.render();
    if (focus) this.buttons[this.chosen]?.focus();
  }

  private remove(focus = true): void {
    if (this.chosen < 0) return;
    const [gone] = this.boxes.splice(this.chosen, 1);
    const choice = gone && this.choiceOf(gone);
    if (choice) {
      choice.box = null;
      choice.tick.checked = false;
    }
    this.chosen = Math.min(this.chosen, this.boxes.length - 1);
    this.render();
    if (focus) this.buttons[this.chosen]?.focus();
  }

  private take(event: PointerEvent): void {
    event.preventDefault();
    const at = fraction(event, this.stage);
    const button = (event.target as HTMLElement).closest<HTMLButtonElement>(".mask-box");
    this.stage.setPointerCapture(event.pointerId);
    if (button) this.chosen = this.buttons.indexOf(button);
    else this.add([at[0], at[1], 0, 0], false);
    const box = this.boxes[this.chosen]!;
    const place = this.buttons[this.chosen]!.getBoundingClientRect();
    const near = place.right - event.clientX < 20 && place.bottom - event.clientY < 20;
    this.grip = { box, at, from: [...box], corner: !button || near, fresh: !button };
    this.buttons[this.chosen]!.focus();
    this.place();
  }

  private pull(event: PointerEvent): void {
    if (!this.grip) return;
    const { box, at, from, corner, fresh } = this.grip;
    const [x, y] = fraction(event, this.stage);
    if (fresh) {
      const left = Math.min(at[0], x);
      const top = Math.min(at[1], y);
      replace(box, [left, top, Math.abs(x - at[0]), Math.abs(y - at[1])]);
    } else if (corner) size(box, from, x - at[0], y - at[1]);
    else move(box, from, x - at[0], y - at[1]);
    this.place();
  }

  private drop(): void {
    if (!this.grip) return;
    const { box, fresh } = this.grip;
    this.grip = null;
    if (fresh && (box[2] < LEAST || box[3] < LEAST)) this.remove(); // a mere tap draws nothing
    this.store();
  }

  private key(event: KeyboardEvent): void {
    const at = this.buttons.indexOf(event.target as HTMLButtonElement);
    if (at < 0) return;
    this.chosen = at;
    const ways: Record<string, [number, number]> = {
      ArrowLeft: [-STEP, 0],
      ArrowRight: [STEP, 0],
      ArrowUp: [0, -STEP],
      ArrowDown: [0, STEP],
    };
    const way = ways[event.key];
    if (way) {
      const box = this.boxes[at]!;
      (event.shiftKey ? size : move)(box, [...box], way[0], way[1]);
      this.place();
      this.store();
    } else if (event.key === "Delete" || event.key === "Backspace") this.remove();
    else return;
    event.preventDefault();
  }

  private render(): void {
    this.buttons.forEach((button) => button.remove());
    this.buttons = this.boxes.map((box, at) => {
      const word = this.choiceOf(box)?.tick.dataset["word"] ?? "";
      const label = [word, say(this.root, "box", { number: at + 1 })].filter(Boolean).join(" ");
      const button = make("button", { type: "button", class: "mask-box", "aria-label": label });
      if (word) button.dataset["word"] = word;
      button.addEventListener("focus", () => {
        this.chosen = at;
        this.place();
      });
      this.stage.append(button);
      return button;
    });
    this.place();
    this.store();
  }

  private place(): void {
    this.buttons.forEach((button, at) => {
      const [x, y, w, h] = this.boxes[at]!;
      Object.assign(button.style, {
        left: `${x * 100}%`,
        top: `${y * 100}%`,
        width: `${w * 100}%`,
        height: `${h * 100}%`,
      });
      button.classList.toggle("chosen", at === this.chosen);
      button.classList.toggle("word-below", y < 0.08);
      button.classList.toggle("word-left", x > 0.7);
      button.classList.toggle("proposed", Boolean(button.dataset["word"]) && !this.changed(this.boxes[at]!));
    });
  }

  private changed(box: Box): boolean {
    return this.choiceOf(box)?.listed.some((part, at) => part !== box[at]) ?? true;
  }

  private store(): void {
    // what nobody touched goes back as it came: the server tells accepted proposals by that
    const sent = this.boxes.map((box) => (this.changed(box) ? box.map((part) => Number(short(part))) : box));
    this.field.value = JSON.stringify(sent);
    for (const { tick, box } of this.choices) {
      const note = tick.parentElement?.querySelector("[data-note]");
      if (note) note.textContent = box && this.changed(box) ? say(this.root, "changed") : "";
    }
    const total = one<HTMLElement>("[data-total]", this.root);
    total.textContent = say(total, "total", { count: this.boxes.length });
  }
}

function replace(box: Box, by: Box): void {
  box.splice(0, 4, ...by);
}

function move(box: Box, from: Box, dx: number, dy: number): void {
  box[0] = within(from[0] + dx, 0, 1 - from[2]);
  box[1] = within(from[1] + dy, 0, 1 - from[3]);
}

function size(box: Box, from: Box, dx: number, dy: number): void {
  box[2] = within(from[2] + dx, LEAST, 1 - from[0]);
  box[3] = within(from[3] + dy, LEAST, 1 - from[1]);
}

for (const root of all("[data-mask]")) new Masks(root);
