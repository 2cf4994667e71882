// The heavy half of the panorama: fetched only when somebody opens one. One viewer shows picture
// after picture.

import { type AbstractPlugin, Viewer } from "@photo-sphere-viewer/core";
import { type Level, project, radians } from "./sphere";
import { TileAdapter } from "./tile_adapter";
import type { Pyramid } from "./tiles";

/** Angles in degrees; `fov` is horizontal. As panoramas writes manifest.json. */
export interface Manifest {
  levels: Level[];
  path?: string;
  preview?: string;
  opening: { yaw: number; pitch: number; fov: number };
}
/** A direction in degrees; `field`: vertical field of view. */
export interface Direction {
  yaw: number;
  pitch: number;
  field: number;
}
export interface Heard {
  settled: (missing: number) => void;
  turned: () => void;
  pressed: (yaw: number, pitch: number) => void;
  lost: () => void;
}

type Kind<T> = { readonly id: string } & (new (viewer: Viewer, facts: Record<string, never>) => T);

const NARROWEST = 25;
const WIDEST = 95;
const ANIMATION = "8rpm";
const angle = (degrees: number) => `${degrees}deg`;
const degrees = (angle: number) => (angle * 180) / Math.PI;

export class Look {
  private constructor(
    private readonly viewer: Viewer,
    private readonly adapter: TileAdapter,
  ) {}

  /** A viewer in `container` on its first picture. Fails when that cannot be read. */
  static async open(
    container: HTMLElement,
    url: string,
    told: Manifest,
    words: Record<string, string>,
    most: number,
    heard: Heard,
  ): Promise<Look> {
    const viewer = new Viewer({
      container,
      adapter: [TileAdapter, { most, settled: heard.settled }],
      panorama: pyramid(url, told),
      lang: words,
      navbar: false,
      keyboard: false,
      mousewheelCtrlKey: true,
      canvasBackground: "transparent",
      minFov: NARROWEST,
      maxFov: WIDEST,
      defaultYaw: angle(told.opening.yaw),
      defaultPitch: angle(told.opening.pitch),
    });
    await begun(viewer);
    const look = new Look(viewer, (viewer as unknown as { adapter: TileAdapter }).adapter);
    look.frame(told);
    look.listen(container, heard);
    return look;
  }

  /** Another picture in the same viewer; what the one before held is given back. */
  async show(url: string, told: Manifest): Promise<void> {
    const { yaw, pitch } = told.opening;
    const position = { yaw: angle(yaw), pitch: angle(pitch) };
    await this.viewer.setPanorama(pyramid(url, told), { position, transition: false, showLoader: false });
    this.frame(told);
  }

  get direction(): Direction {
    const { yaw, pitch } = this.viewer.getPosition();
    return { yaw: degrees(yaw > Math.PI ? yaw - 2 * Math.PI : yaw), pitch: degrees(pitch), field: this.viewer.state.vFov };
  }

  /** Where a direction (degrees) is in the picture: fractions from the top left; null outside. */
  find(yaw: number, pitch: number): [number, number] | null {
    const at = project(this.adapter.view(), radians(yaw), radians(pitch));
    return at && Math.abs(at[0]) < 1 && Math.abs(at[1]) < 1 ? [(1 + at[0]) / 2, (1 - at[1]) / 2] : null;
  }

  face({ yaw, pitch, field }: Direction): void {
    this.viewer.rotate({ yaw: angle(yaw), pitch: angle(pitch) });
    this.viewer.zoom(this.viewer.dataHelper.fovToZoomLevel(field));
  }

  turnTo(yaw: number, pitch: number, atOnce: boolean): void {
    const place = { yaw: angle(yaw), pitch: angle(pitch) };
    if (atOnce) this.viewer.rotate(place);
    else void this.viewer.animate({ ...place, speed: ANIMATION });
  }

  step(side: number, up: number, nearer: number): void {
    const { yaw, pitch } = this.viewer.getPosition();
    if (side || up) this.viewer.rotate({ yaw: yaw + side, pitch: pitch + up });
    if (nearer) this.viewer.zoom(this.viewer.getZoomLevel() + nearer);
  }

  resize(): void {
    this.viewer.autoSize();
  }

  /** Everything goes, the graphics card's part at once: browsers wait long before they collect it. */
  close(): void {
    const canvas = this.viewer.container.querySelector("canvas");
    this.viewer.destroy();
    canvas?.getContext("webgl2")?.getExtension("WEBGL_lose_context")?.loseContext();
  }

  /** Follow the device as it is turned, or stop; false where it cannot tell. */
  async follow(): Promise<boolean> {
    const { GyroscopePlugin } = await import("@photo-sphere-viewer/gyroscope-plugin");
    const plugin = this.add(GyroscopePlugin);
    if (plugin.isEnabled()) plugin.stop();
    else if (!(await plugin.isSupported())) return false;
    else await plugin.start();
    return true;
  }

  /** One picture for each eye, for a cardboard viewer; false where the device cannot tell. */
  async pair(): Promise<boolean> {
    const [{ GyroscopePlugin }, { StereoPlugin }] = await Promise.all([
      import("@photo-sphere-viewer/gyroscope-plugin"),
      import("@photo-sphere-viewer/stereo-plugin"),
    ]);
    if (!(await this.add(GyroscopePlugin).isSupported())) return false;
    await this.add(StereoPlugin).start();
    return true;
  }

  /** The viewer takes plugins when it is made; ours come when somebody presses for them. */
  private add<T extends AbstractPlugin<never>>(kind: Kind<T>): T {
    const { plugins } = this.viewer as unknown as { plugins: Record<string, T & { init(): void }> };
    if (!plugins[kind.id]) {
      plugins[kind.id] = new kind(this.viewer, {}) as T & { init(): void };
      plugins[kind.id]!.init();
    }
    return plugins[kind.id]!;
  }

  private frame(told: Manifest): void {
    const vertical = this.viewer.dataHelper.hFovToVFov(told.opening.fov);
    this.viewer.zoom(this.viewer.dataHelper.fovToZoomLevel(vertical));
  }

  private listen(container: HTMLElement, heard: Heard): void {
    this.viewer.addEventListener("render", heard.turned);
    this.viewer.addEventListener("click", ({ data }) => {
      const yaw = data.yaw > Math.PI ? data.yaw - 2 * Math.PI : data.yaw;
      heard.pressed(degrees(yaw), degrees(data.pitch));
    });
    const canvas = container.querySelector("canvas");
    canvas?.addEventListener("webglcontextlost", () => canvas.isConnected && heard.lost());
  }
}

function begun(viewer: Viewer): Promise<void> {
  return new Promise((resolve, reject) => {
    viewer.addEventListener("ready", () => resolve(), { once: true });
    viewer.addEventListener("panorama-error", ({ error }) => {
      if (viewer.state.ready) return;
      viewer.destroy();
      reject(error);
    });
  });
}

function pyramid(url: string, told: Manifest): Pyramid {
  const under = new URL(".", new URL(url, location.href)).href;
  const path = told.path ?? "{level}/{col}_{row}.jpg";
  return {
    levels: told.levels,
    path: under,
    preview: told.preview ?? "",
    url: (tile) =>
      under + path.replace(/\{(level|col|row)\}/g, (_, part: "level" | "col" | "row") => String(tile[part])),
  };
}
