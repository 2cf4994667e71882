// The camera as scanner into a text field; hardware scanners type into the same field. It keeps
// scanning: the same code within two seconds counts once, another code replaces the first.

import { Camera } from "./kit/camera";
import { all, make } from "./kit/dom";
import { say } from "./kit/words";

class Scanner {
  private readonly field: HTMLInputElement;
  private readonly press: HTMLButtonElement;
  private readonly line: HTMLElement;
  private readonly camera: Camera;

  constructor(private readonly root: HTMLElement) {
    this.field = document.getElementById(root.dataset.scan!) as HTMLInputElement;
    this.press = make("button", { type: "button", class: "press" }, say(root, "open"));
    this.line = make("p", { class: "hint", role: "status" });
    root.append(this.press, this.line);
    this.camera = new Camera(root, (text) => this.got(text));
    this.press.addEventListener("click", () => void (this.camera.isOpen ? this.close() : this.open()));
    this.field.addEventListener("keydown", (event) => this.wedge(event));
    if (root.dataset.open !== undefined) void this.open();
  }

  private async open(): Promise<void> {
    this.line.textContent = "";
    this.press.textContent = say(this.root, "close");
    try {
      await this.camera.open();
    } catch {
      this.close();
      this.line.textContent = say(this.root, "none");
      this.field.focus();
    }
  }

  private close(): void {
    this.camera.close();
    this.press.textContent = say(this.root, "open");
  }

  private got(text: string): void {
    this.field.value = text;
    this.line.textContent = `${say(this.root, "got")} ${text}`;
    navigator.vibrate?.(60);
    this.field.dispatchEvent(new Event("input", { bubbles: true }));
    this.field.dispatchEvent(new CustomEvent("scan", { bubbles: true, detail: text }));
    this.onward();
  }

  /** A hardware scanner ends with Enter: that goes on to the next field, not off with the form. */
  private wedge(event: KeyboardEvent): void {
    if (event.key !== "Enter" || !this.field.value || !this.nextField()) return;
    event.preventDefault();
    this.onward();
  }

  private onward(): void {
    const next = this.nextField();
    if (next && !next.value) next.focus();
  }

  private nextField(): HTMLInputElement | undefined {
    const scans = all<HTMLInputElement>("[data-scan] input", this.field.form ?? document);
    return scans[scans.indexOf(this.field) + 1];
  }
}

for (const root of all("[data-scan]")) new Scanner(root);
