// A signature by finger or mouse into a hidden field (PNG data URL). Where nobody can draw, the
// typed name below it stands; the pad then stays empty.

import { all, make, one } from "./kit/dom";
import { say } from "./kit/words";

class Pad {
  private readonly canvas: HTMLCanvasElement;
  private readonly field: HTMLInputElement;
  private readonly pen: CanvasRenderingContext2D;
  private drawing = false;

  constructor(root: HTMLElement) {
    this.field = one<HTMLInputElement>("input[type=hidden]", root);
    this.canvas = make("canvas", { role: "img", "aria-label": say(root, "pad") });
    const clear = make("button", { type: "button", class: "press press-small" }, say(root, "clear"));
    const frame = make("div", { class: "signpad" });
    frame.append(this.canvas);
    root.append(make("p", { class: "hint" }, say(root, "here")), frame, clear);
    this.pen = this.canvas.getContext("2d")!;
    this.size();
    this.listen();
    clear.addEventListener("click", () => this.clear());
    if (this.field.value) this.show(this.field.value);
  }

  private size(): void {
    const scale = window.devicePixelRatio;
    this.canvas.width = this.canvas.clientWidth * scale;
    this.canvas.height = this.canvas.clientHeight * scale;
    this.pen.scale(scale, scale);
    this.pen.lineWidth = 2.5;
    this.pen.lineCap = this.pen.lineJoin = "round";
    this.pen.strokeStyle = "#16202b";
  }

  private listen(): void {
    const canvas = this.canvas;
    canvas.addEventListener("pointerdown", (event) => {
      canvas.setPointerCapture(event.pointerId);
      this.drawing = true;
      this.pen.beginPath();
      this.pen.moveTo(event.offsetX, event.offsetY);
      this.pen.lineTo(event.offsetX + 0.1, event.offsetY);
      this.pen.stroke();
    });
    canvas.addEventListener("pointermove", (event) => {
      if (!this.drawing) return;
      this.pen.lineTo(event.offsetX, event.offsetY);
      this.pen.stroke();
    });
    for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, () => this.lift());
  }

  private lift(): void {
    if (!this.drawing) return;
    this.drawing = false;
    this.field.value = this.canvas.toDataURL("image/png");
  }

  private clear(): void {
    this.pen.clearRect(0, 0, this.canvas.width, this.canvas.height);
    this.field.value = "";
  }

  /** What was signed before a refusal comes back. */
  private show(url: string): void {
    const before = new Image();
    before.onload = () =>
      this.pen.drawImage(before, 0, 0, this.canvas.clientWidth, this.canvas.clientHeight);
    before.src = url;
  }
}

for (const root of all("[data-sign]")) new Pad(root);
