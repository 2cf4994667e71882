// The inside of a car: the poster stays until the viewer is as sharp as it, and stays for good on
// a device that cannot draw it. One viewer a figure, opened on a press, shown picture after picture.

import { all, calm, one, parse } from "./kit/dom";
import { hear, tell } from "./kit/events";
import { Hotspots, type Pin } from "./kit/hotspots";
import { Full } from "./kit/full";
import { project, radians, viewOf } from "./kit/sphere";
import type { Direction, Look, Manifest } from "./kit/viewer";
import { say } from "./kit/words";

interface Scene {
  id: string;
  manifest: string;
  poster: string;
  posters: string;
  width: number;
  height: number;
  name: string;
  about: string;
  opening: Manifest["opening"];
  pins: Pin[];
}

const SMALLEST_TEXTURE = 1024;
const MOST_TILES = 56;
const STEP = 0.35; // radians a press of an arrow
const ZOOM = 15; // of a hundred
const KEYS: Record<string, string> = {
  ArrowLeft: "left",
  ArrowRight: "right",
  ArrowUp: "up",
  ArrowDown: "down",
  "+": "in",
  "=": "in",
  "-": "out",
};
const WAYS: Record<string, [number, number, number]> = {
  left: [-STEP, 0, 0],
  right: [STEP, 0, 0],
  up: [0, STEP, 0],
  down: [0, -STEP, 0],
  in: [0, 0, ZOOM],
  out: [0, 0, -ZOOM],
};

class Panorama {
  private look: Look | null = null;
  private opening: Promise<void> | null = null;
  private scene: Scene;
  private revealed = false;
  private heeding = false; // turning because another picture turned, not because of the reader
  private readonly scenes: Scene[];
  private readonly pins: Hotspots;
  private readonly view: HTMLElement;
  private readonly picture: HTMLImageElement;

  constructor(private readonly root: HTMLElement) {
    this.scenes = parse<Scene[]>(root.dataset.panorama, []);
    this.scene = this.scenes[0]!;
    this.view = one(".pano-view", root);
    this.picture = one(".pano-stage > img", root);
    this.pins = new Hotspots(
      one(".pano-pins", root),
      (pin) => this.press(pin),
      (pin) => this.look?.turnTo(pin.yaw, pin.pitch, calm()),
    );
    this.pins.set(this.scene.pins);
    this.placePins();
    this.listen();
  }

  async goTo(id: string): Promise<void> {
    const scene = this.scenes.find((one) => one.pins.some((pin) => pin.id === id));
    if (!scene) return;
    await this.choose(scene);
    await this.open();
    const pin = this.pins.get(id)!;
    this.pins.choose(id);
    this.look?.turnTo(pin.yaw, pin.pitch, calm());
  }

  private listen(): void {
    one(".pano-open", this.root).addEventListener("click", () => void this.open());
    for (const button of all("[data-look]", this.root))
      button.addEventListener("click", () => this.step(button.dataset.look!));
    for (const [at, button] of all("[data-scene]", this.root).entries())
      button.addEventListener("click", () => void this.choose(this.scenes[at]!));
    this.root.addEventListener("keydown", (event) => this.key(event));
    hear("panorama:goto", ({ id }) => void this.goTo(id));
    hear("panorama:mark", (pin) => this.mark(pin));
    hear("panorama:middle", () => void this.middle());
    hear("panorama:turned", ({ from, ...direction }) => this.heed(from, direction));
    window.addEventListener("pagehide", () => this.look && this.close());
    this.listenToDevice();
  }

  private listenToDevice(): void {
    const full = new Full(this.root, () => this.look?.resize());
    const press = (name: string, act: (button: HTMLElement) => void) => {
      const button = this.root.querySelector<HTMLElement>(`[data-device=${name}]`);
      button?.addEventListener("click", () => act(button));
    };
    press("full", (button) => button.setAttribute("aria-pressed", String(full.toggle())));
    press("follow", () => void this.turnByHand((look) => look.follow()));
    press("pair", () => void this.turnByHand((look) => look.pair()));
    if (!followsTurns()) for (const button of all("[data-turns]", this.root)) button.remove();
  }

  private open(): Promise<void> {
    this.opening ??= this.build();
    return this.opening;
  }

  private async build(): Promise<void> {
    if (!canDraw()) return this.stay("none");
    this.say("loading");
    this.view.hidden = false;
    try {
      const [{ Look }, told] = await Promise.all([import("./kit/viewer"), this.read()]);
      this.look = await Look.open(this.view, this.scene.manifest, told, this.words(), this.most(), {
        settled: (missing) => this.settle(missing),
        turned: () => this.turned(),
        pressed: (yaw, pitch) => tell("panorama:press", { scene: this.scene.id, yaw, pitch }),
        lost: () => this.close("lost"),
      });
    } catch {
      return this.close("broken"); // a press tries again
    }
    this.begin();
  }

  private begin(): void {
    one<HTMLElement>(".pano-open", this.root).hidden = true;
    one<HTMLElement>(".pano-bar", this.root).hidden = false;
    const canvas = one<HTMLCanvasElement>("canvas", this.view);
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", this.picture.alt);
    this.view.focus({ preventScroll: true });
  }

  /** Another of the vehicle's panoramas, in the viewer that is there or as its poster. */
  private async choose(scene: Scene): Promise<void> {
    if (scene === this.scene) return;
    this.scene = scene;
    for (const [at, button] of all("[data-scene]", this.root).entries())
      button.setAttribute("aria-pressed", String(this.scenes[at] === scene));
    const { poster, posters, width, height } = scene;
    Object.assign(this.picture, { srcset: posters, src: poster, width, height });
    const about = this.root.querySelector<HTMLElement>("[data-about]");
    if (about) about.textContent = scene.about;
    this.pins.set(scene.pins);
    this.placePins();
    if (!this.look) return;
    try {
      await this.look.show(scene.manifest, await this.read());
    } catch {
      this.say("broken");
    }
  }

  private async read(): Promise<Manifest> {
    const answer = await fetch(this.scene.manifest, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(String(answer.status));
    return (await answer.json()) as Manifest;
  }

  private settle(missing: number): void {
    this.say(missing ? "partial" : "");
    if (!this.revealed) this.root.classList.add("opened");
    this.revealed = true;
    this.root.dataset.sharp = missing ? "no" : "yes";
  }

  private turned(): void {
    this.placePins();
    if (!this.look || this.heeding) return;
    tell("panorama:turned", { from: this.root.id, ...this.look.direction });
  }

  /** Look where a linked picture looks. */
  private heed(from: string, direction: Direction): void {
    const linked = this.root.closest<HTMLElement>("[data-linked]");
    if (!this.look || from === this.root.id || !linked?.querySelector(`#${CSS.escape(from)}`)) return;
    this.heeding = true;
    this.look.face(direction);
    window.requestAnimationFrame(() => window.requestAnimationFrame(() => (this.heeding = false)));
  }

  private placePins(): void {
    const { yaw, pitch, fov } = this.scene.opening;
    const still = viewOf(radians(yaw), radians(pitch), fov, this.scene.width / this.scene.height);
    const look = this.look;
    this.pins.place((yaw, pitch) => {
      if (look) return look.find(yaw, pitch);
      const at = project(still, radians(yaw), radians(pitch));
      return at && Math.abs(at[0]) < 1 && Math.abs(at[1]) < 1 ? [(1 + at[0]) / 2, (1 - at[1]) / 2] : null;
    }, !look);
  }

  private press(pin: Pin): void {
    this.pins.choose(pin.id);
    tell("defect:open", { id: pin.id });
  }

  /** The one pin of a picture that somebody is placing. */
  private mark(pin: Pin): void {
    for (const scene of this.scenes) scene.pins = scene === this.scene ? [pin] : [];
    this.pins.set(this.scene.pins);
    this.pins.choose(pin.id);
    this.placePins();
  }

  private async middle(): Promise<void> {
    await this.open();
    if (this.look) tell("panorama:press", { scene: this.scene.id, ...this.look.direction });
  }

  private step(way: string): void {
    this.look?.step(...WAYS[way]!);
  }

  private key(event: KeyboardEvent): void {
    const way = KEYS[event.key];
    if (!way || !this.look || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    this.step(way);
  }

  private async turnByHand(act: (look: Look) => Promise<boolean>): Promise<void> {
    if (!this.look) return;
    this.say("waiting");
    const can = (await allowed()) && (await act(this.look).catch(() => false));
    this.say(can ? "" : "still");
  }

  /** The viewer goes, the poster stays, and a press opens it again. */
  private close(why: "" | "broken" | "lost" = ""): void {
    this.look?.close();
    this.look = null;
    this.opening = null;
    this.revealed = false;
    this.view.textContent = "";
    this.view.hidden = true;
    this.root.classList.remove("opened");
    one<HTMLElement>(".pano-bar", this.root).hidden = true;
    one<HTMLElement>(".pano-open", this.root).hidden = false;
    this.placePins();
    this.say(why);
  }

  private stay(why: "none"): void {
    this.say(why);
    one(".pano-open", this.root).remove();
  }

  /** Two pictures beside one another share what one may hold. */
  private most(): number {
    const beside = this.root.closest("[data-linked]")?.querySelectorAll("[data-panorama]").length ?? 1;
    return Math.floor(MOST_TILES / beside);
  }

  private words(): Record<string, string> {
    const { root } = this;
    return {
      loadError: say(root, "broken"),
      webglError: say(root, "none"),
      pleaseRotate: say(root, "rotate"),
      tapToContinue: say(root, "tap"),
      stereoNotification: say(root, "leave"),
    };
  }

  private say(key: string): void {
    one<HTMLElement>(".pano-say", this.root).textContent = key ? say(this.root, key) : "";
  }
}

/** Some web views of chat programs have a WebGL that can hold no picture. */
function canDraw(): boolean {
  const gl = document.createElement("canvas").getContext("webgl2");
  if (!gl) return false;
  const enough = (gl.getParameter(gl.MAX_TEXTURE_SIZE) as number) >= SMALLEST_TEXTURE;
  gl.getExtension("WEBGL_lose_context")?.loseContext(); // browsers allow few at once
  return enough;
}

function followsTurns(): boolean {
  return "DeviceOrientationEvent" in window && window.matchMedia("(pointer: coarse)").matches;
}

/** Phones that ask the reader first do so only while the press is fresh: before anything loads. */
async function allowed(): Promise<boolean> {
  const { requestPermission } = DeviceOrientationEvent as unknown as { requestPermission?: () => Promise<string> };
  if (!requestPermission) return true;
  return (await requestPermission().catch(() => "denied")) === "granted";
}

for (const root of all("[data-panorama]")) new Panorama(root);
