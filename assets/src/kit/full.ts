// A figure over the whole screen; over the whole window where the device has no full screen.

export class Full {
  private on = false;

  constructor(
    private readonly root: HTMLElement,
    private readonly changed: () => void,
  ) {
    document.addEventListener("fullscreenchange", () => {
      if (this.on && document.fullscreenElement !== root && document.fullscreenEnabled) this.leave();
      this.settle();
    });
    root.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.on) this.toggle();
    });
  }

  /** Whether it is over everything now. */
  toggle(): boolean {
    if (this.on) this.leave();
    else this.enter();
    this.settle();
    return this.on;
  }

  private enter(): void {
    this.on = true;
    this.root.classList.add("full");
    document.documentElement.classList.add("covered");
    if (document.fullscreenEnabled) void this.root.requestFullscreen().catch(() => undefined);
  }

  private leave(): void {
    this.on = false;
    this.root.classList.remove("full");
    document.documentElement.classList.remove("covered");
    if (document.fullscreenElement === this.root) void document.exitFullscreen();
  }

  private settle(): void {
    this.root.querySelector("[data-device=full]")?.setAttribute("aria-pressed", String(this.on));
    window.requestAnimationFrame(this.changed);
  }
}
