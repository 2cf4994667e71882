// The phone's camera as a scanner: it goes on reading until it is closed.

import type { IScannerControls } from "@zxing/browser";
import { make } from "./dom";

const AGAIN = 2000; // ms in which the same code in the picture is one reading

export class Camera {
  private video: HTMLVideoElement | null = null;
  private controls: IScannerControls | null = null;
  private last = { text: "", at: 0 };

  constructor(
    private readonly place: HTMLElement,
    private readonly got: (text: string) => void,
  ) {
    window.addEventListener("pagehide", () => this.close());
  }

  get isOpen(): boolean {
    return this.video !== null;
  }

  /** Throws when there is no camera, or it may not be used. */
  async open(): Promise<void> {
    this.video = make("video", { muted: "", playsinline: "" });
    this.place.prepend(this.video);
    try {
      const { BrowserMultiFormatReader } = await import("@zxing/browser");
      const wanted = { video: { facingMode: "environment" } };
      const reader = new BrowserMultiFormatReader(undefined, { delayBetweenScanAttempts: 60 });
      this.controls = await reader.decodeFromConstraints(wanted, this.video, (result) => {
        if (result) this.read(result.getText());
      });
    } catch (error) {
      this.close();
      throw error;
    }
  }

  close(): void {
    this.controls?.stop();
    this.controls = null;
    this.video?.remove();
    this.video = null;
  }

  private read(text: string): void {
    const now = Date.now();
    const same = text === this.last.text && now - this.last.at < AGAIN;
    this.last = { text, at: now };
    if (!same) this.got(text);
  }
}
