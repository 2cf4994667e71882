// A document is verified by its hash alone: computed here, so that the file stays on the device.
// Where the browser cannot (no secure context), the form sends the file as it does without scripts.

import { all, one } from "./kit/dom";
import { say } from "./kit/words";

const canHash = (): boolean => "crypto" in window && "subtle" in window.crypto;

async function fingerprint(file: File): Promise<string> {
  const bytes = await new Response(file).arrayBuffer();
  const digest = new Uint8Array(await window.crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

class Verifier {
  private readonly told: HTMLElement;

  constructor(private readonly form: HTMLFormElement) {
    this.told = one<HTMLElement>(".hint", form);
    this.told.setAttribute("role", "status");
    this.told.textContent = `${say(form, "here")}${say(form, "drop")}`;
    const input = one<HTMLInputElement>("input[type=file]", form);
    form.addEventListener("submit", (event) => this.submit(event, input));
    form.addEventListener("dragover", (event) => this.hold(event));
    form.addEventListener("dragleave", () => form.classList.remove("dropping"));
    form.addEventListener("drop", (event) => this.drop(event));
  }

  private hold(event: DragEvent): void {
    event.preventDefault();
    this.form.classList.add("dropping");
  }

  private drop(event: DragEvent): void {
    event.preventDefault();
    this.form.classList.remove("dropping");
    const file = event.dataTransfer?.files[0];
    if (file) void this.check(file);
  }

  private submit(event: Event, input: HTMLInputElement): void {
    const file = input.files?.[0];
    if (!file) return;
    event.preventDefault();
    void this.check(file);
  }

  private async check(file: File): Promise<void> {
    const { verify, most } = this.form.dataset;
    if (file.size > Number(most)) {
      this.told.textContent = say(this.form, "large");
      return;
    }
    this.told.textContent = say(this.form, "wait");
    location.assign(`${verify}?f=${await fingerprint(file)}`);
  }
}

if (canHash()) for (const form of all<HTMLFormElement>("form[data-verify]")) new Verifier(form);
