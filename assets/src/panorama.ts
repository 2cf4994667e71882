// The inside of a car: the poster stays until the viewer is ready, and stays for good on a device
// that cannot draw it. One viewer a page, opened on a press, never re-created.

import { all, calm, one, parse } from "./kit/dom";
import { hear, tell } from "./kit/events";
import type { Manifest, Pin, Viewer } from "./kit/viewer";
import { say } from "./kit/words";

const SMALLEST_TEXTURE = 1024;
const STEP = 0.35; // radians a press of an arrow

class Panorama {
  private viewer: Viewer | null = null;
  private opening: Promise<void> | null = null;
  private readonly pins: Pin[];

  constructor(private readonly root: HTMLElement) {
    this.pins = parse<Pin[]>(root.dataset.pins, []);
    one(".pano-open", root).addEventListener("click", () => void this.open());
    for (const button of all("[data-look]", root))
      button.addEventListener("click", () => this.look(button.dataset.look!));
    root.addEventListener("keydown", (event) => this.key(event));
    hear("panorama:goto", ({ id }) => void this.goTo(id));
  }

  async goTo(id: string): Promise<void> {
    const pin = this.pins.find((one) => one.id === id);
    if (!pin) return;
    await this.open();
    this.choose(id);
    const place = { yaw: `${pin.yaw}deg`, pitch: `${pin.pitch}deg` };
    if (calm()) this.viewer?.rotate(place);
    else void this.viewer?.animate({ ...place, speed: "8rpm" });
  }

  private open(): Promise<void> {
    this.opening ??= this.build();
    return this.opening;
  }

  private async build(): Promise<void> {
    if (!canDraw()) return this.stay("none");
    this.say("loading");
    const view = one<HTMLElement>(".pano-view", this.root);
    try {
      const url = this.root.dataset.panorama!;
      const [{ openViewer }, told] = await Promise.all([
        import("./kit/viewer"),
        fetch(url, { headers: { Accept: "application/json" } }).then(readManifest),
      ]);
      view.hidden = false;
      this.viewer = await openViewer(view, url, told, this.pins);
    } catch {
      view.hidden = true;
      this.opening = null; // a press tries again
      return this.stay("broken");
    }
    this.reveal();
  }

  private reveal(): void {
    const viewer = this.viewer!;
    this.say("");
    this.root.classList.add("opened");
    one<HTMLElement>(".pano-open", this.root).remove();
    one<HTMLElement>(".pano-bar", this.root).hidden = false;
    const canvas = one<HTMLCanvasElement>("canvas", this.root);
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", one<HTMLImageElement>("img", this.root).alt);
    canvas.addEventListener("webglcontextlost", () => {
      this.root.classList.remove("opened");
      one<HTMLElement>(".pano-view", this.root).hidden = true;
      this.stay("none");
    });
    for (const pin of all(".pano-pin", this.root))
      pin.addEventListener("click", () => this.press(pin));
    viewer.addEventListener("click", ({ data }) => {
      const turn = 180 / Math.PI;
      const yaw = data.yaw > Math.PI ? data.yaw - 2 * Math.PI : data.yaw;
      tell("panorama:press", { yaw: yaw * turn, pitch: data.pitch * turn });
    });
  }

  private press(element: HTMLElement): void {
    const label = element.querySelector("button")?.getAttribute("aria-label");
    const pin = this.pins.find((one) => one.label === label);
    if (!pin) return;
    this.choose(pin.id);
    tell("defect:open", { id: pin.id });
  }

  private choose(id: string): void {
    const label = this.pins.find((one) => one.id === id)?.label;
    for (const button of all(".pano-pin .pin", this.root))
      button.classList.toggle("chosen", button.getAttribute("aria-label") === label);
  }

  private look(way: string): void {
    const viewer = this.viewer;
    if (!viewer) return;
    if (way === "in" || way === "out") return viewer.zoom(viewer.getZoomLevel() + (way === "in" ? 15 : -15));
    const { yaw, pitch } = viewer.getPosition();
    const side = way === "left" ? -STEP : way === "right" ? STEP : 0;
    const up = way === "up" ? STEP : way === "down" ? -STEP : 0;
    viewer.rotate({ yaw: yaw + side, pitch: pitch + up });
  }

  private key(event: KeyboardEvent): void {
    const ways: Record<string, string> = {
      ArrowLeft: "left",
      ArrowRight: "right",
      ArrowUp: "up",
      ArrowDown: "down",
      "+": "in",
      "-": "out",
    };
    const way = ways[event.key];
    if (!way || !this.viewer) return;
    event.preventDefault();
    this.look(way);
  }

  private say(key: string): void {
    one<HTMLElement>(".pano-say", this.root).textContent = key ? say(this.root, key) : "";
  }

  private stay(why: "none" | "broken"): void {
    this.say(why);
    if (why === "none") this.root.querySelector(".pano-open")?.remove();
  }
}

/** Some web views of chat programs have a WebGL that can hold no picture. */
function canDraw(): boolean {
  const gl = document.createElement("canvas").getContext("webgl2");
  return gl !== null && (gl.getParameter(gl.MAX_TEXTURE_SIZE) as number) >= SMALLEST_TEXTURE;
}

async function readManifest(answer: Response): Promise<Manifest> {
  if (!answer.ok) throw new Error(String(answer.status));
  return (await answer.json()) as Manifest;
}

for (const root of all("[data-panorama]")) new Panorama(root);
