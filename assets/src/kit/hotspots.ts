// Pins over a panorama: real buttons in the document, in the order of their yaw. One that is out
// of the picture is still reached by the keyboard; whoever listens turns the picture to it.

import { make } from "./dom";

/** Degrees, yaw to the right. */
export interface Pin {
  id: string;
  number?: number | string;
  label: string;
  yaw: number;
  pitch: number;
}
type Find = (yaw: number, pitch: number) => [number, number] | null;

const around = (yaw: number) => (((yaw + 180) % 360) + 360) % 360;

/** A pin's button; what is heard begins with what is seen. */
export function pinButton(number: string, label: string): HTMLButtonElement {
  const words = label.startsWith(number) ? label : `${number} ${label}`;
  const button = make("button", { type: "button", class: "pin", "aria-label": words });
  button.append(make("span", { "aria-hidden": "true" }, number));
  return button;
}

export class Hotspots {
  private pins: [Pin, HTMLButtonElement][] = [];

  constructor(
    private readonly list: HTMLElement,
    private readonly pressed: (pin: Pin) => void,
    private readonly reached: (pin: Pin) => void,
  ) {}

  set(pins: Pin[]): void {
    const numbered = pins.map((pin, at): [Pin, string] => [pin, String(pin.number ?? at + 1)]);
    numbered.sort(([a], [b]) => around(a.yaw) - around(b.yaw));
    this.list.textContent = "";
    this.pins = numbered.map(([pin, number]) => {
      const button = pinButton(number, pin.label);
      button.addEventListener("click", () => this.pressed(pin));
      button.addEventListener("focus", () => this.reached(pin));
      const item = make("li");
      item.append(button);
      this.list.append(item);
      return [pin, button];
    });
  }

  get(id: string): Pin | undefined {
    return this.pins.find(([pin]) => pin.id === id)?.[0];
  }

  choose(id: string): void {
    for (const [pin, button] of this.pins) button.classList.toggle("chosen", pin.id === id);
  }

  /** Put every pin where `find` says; what cannot be reached in a still picture is `hidden`. */
  place(find: Find, still: boolean): void {
    for (const [pin, button] of this.pins) {
      const at = find(pin.yaw, pin.pitch);
      button.classList.toggle("away", !at);
      button.hidden = still && !at;
      if (!at) continue;
      button.style.left = `${at[0] * 100}%`;
      button.style.top = `${at[1] * 100}%`;
    }
  }
}
