// The camera as scanner into a text field; hardware scanners type into the same field. It keeps
// scanning: the same code within two seconds counts once, another code replaces the first.

import type { IScannerControls } from "@zxing/browser";
import { all, make } from "./kit/dom";
import { say } from "./kit/words";

const AGAIN = 2000; // ms in which the same code is one reading

class Scanner {
  private readonly field: HTMLInputElement;
  private readonly press: HTMLButtonElement;
  private readonly line: HTMLElement;
  private video: HTMLVideoElement | null = null;
  private controls: IScannerControls | null = null;
  private last = { text: "", at: 0 };

  constructor(private readonly root: HTMLElement) {
    this.field = document.getElementById(root.dataset.scan!) as HTMLInputElement;
    this.press = make("button", { type: "button", class: "press" }, say(root, "open"));
    this.line = make("p", { class: "hint", role: "status" });
    root.append(this.press, this.line);
    this.press.addEventListener("click", () => void (this.video ? this.close() : this.open()));
    this.field.addEventListener("keydown", (event) => this.wedge(event));
    window.addEventListener("pagehide", () => this.close());
    if (root.dataset.open !== undefined) void this.open();
  }

  private async open(): Promise<void> {
    this.line.textContent = "";
    this.video = make("video", { muted: "", playsinline: "" });
    this.root.prepend(this.video);
    this.press.textContent = say(this.root, "close");
    try {
      const { BrowserMultiFormatReader } = await import("@zxing/browser");
      const camera = { video: { facingMode: "environment" } };
      this.controls = await new BrowserMultiFormatReader().decodeFromConstraints(
        camera,
        this.video,
        (result) => result && this.got(result.getText()),
      );
    } catch {
      this.close();
      this.line.textContent = say(this.root, "none");
      this.field.focus();
    }
  }

  private close(): void {
    this.controls?.stop();
    this.controls = null;
    this.video?.remove();
    this.video = null;
    this.press.textContent = say(this.root, "open");
  }

  private got(text: string): void {
    const now = Date.now();
    const same = text === this.last.text && now - this.last.at < AGAIN;
    this.last = { text, at: now };
    if (same) return;
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
