// The same view at two dates: beside one another, or the later over the earlier with a slider that
// says where one ends and the other begins. Both look the same way (see data-linked).

import { all, one } from "./kit/dom";

class Pair {
  private readonly slide: HTMLInputElement;
  private readonly switch: HTMLElement;

  constructor(private readonly root: HTMLElement) {
    this.slide = one("[data-slide]", root);
    this.switch = one("[data-over]", root);
    this.switch.addEventListener("click", () => this.lay(!root.classList.contains("over")));
    this.slide.addEventListener("input", () => this.divide());
    this.openTogether();
    this.lay(window.matchMedia("(max-width: 767px)").matches);
  }

  private lay(over: boolean): void {
    this.root.classList.toggle("over", over);
    this.switch.setAttribute("aria-pressed", String(over));
    one<HTMLElement>(".pair-slide", this.root).hidden = !over;
    this.divide();
    window.dispatchEvent(new Event("resize")); // the pictures have another size now
  }

  private divide(): void {
    const over = this.root.classList.contains("over");
    const later = one<HTMLElement>(".pair-after .pano-stage, .pair-after .spin-stage", this.root);
    later.style.clipPath = over ? `inset(0 0 0 ${this.slide.value}%)` : "";
    this.root.style.setProperty("--divide", `${this.slide.value}%`);
  }

  private openTogether(): void {
    const presses = all(".pano-open", this.root);
    for (const press of presses)
      press.addEventListener("click", (event) => {
        if (event.isTrusted) for (const other of presses) if (other !== press && !other.hidden) other.click();
      });
  }
}

for (const root of all("[data-pair]")) new Pair(root);
