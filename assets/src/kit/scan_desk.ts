// A page that goes on scanning: camera, hardware scanner and field in, a band that answers out, and
// below it what was done.

import { Camera } from "./camera";
import { all, make, one } from "./dom";
import { type Feeling, feel } from "./feel";
import { Wedge } from "./wedge";
import { say } from "./words";

const TONE: Record<Feeling, string> = { good: "good", next: "go", wrong: "seal", again: "wait" };
const KEPT = 30; // lines of the list below
export const AGAIN = 1500; // ms in which the same text is one scan

export class ScanDesk {
  private readonly band: HTMLElement;
  private readonly list: HTMLElement;
  private readonly press: HTMLButtonElement;
  private readonly camera: Camera;

  /** Shows itself and hides the form that stands there without scripts. */
  constructor(
    private readonly root: HTMLElement,
    hear: (text: string) => void,
  ) {
    this.band = one(".band", root);
    this.list = one("[data-done]", root);
    this.press = one("[data-camera]", root);
    this.camera = new Camera(one("[data-picture]", root), hear);
    this.press.addEventListener("click", () => void this.toggle());
    new Wedge(one<HTMLInputElement>("[data-typed]", root), hear);
    root.hidden = false;
    for (const form of all("[data-without-moves]")) form.hidden = true;
  }

  private async toggle(): Promise<void> {
    if (this.camera.isOpen) this.camera.close();
    else await this.camera.open().catch(() => this.tell("wrong", "none"));
    this.press.querySelector("span")!.textContent = say(this.root, this.camera.isOpen ? "close" : "open");
  }

  /** A new line of what was done, waiting to be sent. */
  line(text: string): HTMLElement {
    const line = make("li", {});
    line.append(make("b", {}, text), make("span", { "data-word": "" }, say(this.root, "waiting")));
    this.list.prepend(line);
    while (this.list.children.length > KEPT) this.list.lastElementChild!.remove();
    return line;
  }

  tell(feeling: Feeling, key: string, values: Record<string, string> = {}): void {
    this.show(feeling, say(this.root, key, values));
  }

  show(feeling: Feeling, text: string): void {
    this.band.className = `band band-${TONE[feeling]}`;
    const word = `feel${feeling[0]!.toUpperCase()}${feeling.slice(1)}`;
    one<HTMLElement>("b", this.band).textContent = say(this.root, word);
    one<HTMLElement>("[data-text]", this.band).textContent = text;
    feel(feeling);
  }
}
