// Cars are found while their last four are being typed; without scripts the form asks once.

import { all, one } from "./kit/dom";

const PAUSE = 60; // ms after the last key

class Finder {
  private waiting = 0;
  private asked = 0;
  private readonly hits: HTMLElement;
  private readonly field: HTMLInputElement;

  constructor(private readonly form: HTMLFormElement) {
    this.field = one<HTMLInputElement>("input", form);
    this.hits = document.getElementById(form.dataset.hits!)!;
    this.field.addEventListener("input", () => {
      window.clearTimeout(this.waiting);
      this.waiting = window.setTimeout(() => void this.ask(), PAUSE);
    });
  }

  /** The last question asked is the one whose answer is shown. */
  private async ask(): Promise<void> {
    const mine = (this.asked += 1);
    const query = new URLSearchParams({ tail: this.field.value.trim() });
    try {
      const answer = await fetch(`${this.form.dataset.find}?${query}`, { credentials: "same-origin" });
      if (!answer.ok) return;
      const text = await answer.text();
      if (mine === this.asked) this.hits.innerHTML = text;
    } catch {
      // no signal: what was found stays, and the form can still be sent
    }
  }
}

for (const form of all<HTMLFormElement>("form[data-find]")) new Finder(form);
