// The heavy half of the panorama: fetched only when somebody opens one.

import { Cache, Viewer } from "@photo-sphere-viewer/core";
import { EquirectangularTilesAdapter } from "@photo-sphere-viewer/equirectangular-tiles-adapter";
import { MarkersPlugin } from "@photo-sphere-viewer/markers-plugin";
import { make } from "./dom";

/** Angles in degrees; `fov` is horizontal. As panoramas writes manifest.json. */
export interface Manifest {
  levels: { width: number; cols: number; rows: number }[];
  path?: string;
  preview?: string;
  opening: { yaw: number; pitch: number; fov: number };
}
export interface Pin {
  id: string;
  number?: number | string;
  label: string;
  yaw: number;
  pitch: number;
}

const NARROWEST = 25;
const WIDEST = 95;
const degrees = (value: number) => `${value}deg`;

export function openViewer(container: HTMLElement, url: string, told: Manifest, pins: Pin[]): Promise<Viewer> {
  const viewer = new Viewer({
    container,
    adapter: EquirectangularTilesAdapter.withConfig({ baseBlur: false, showErrorTile: false }),
    panorama: describe(url, told),
    plugins: [MarkersPlugin.withConfig({ markers: pins.map(marker) })],
    navbar: false,
    keyboard: false,
    mousewheelCtrlKey: true,
    minFov: NARROWEST,
    maxFov: WIDEST,
    defaultYaw: degrees(told.opening.yaw),
    defaultPitch: degrees(told.opening.pitch),
  });
  return new Promise((resolve, reject) => {
    viewer.addEventListener("panorama-error", ({ error }) => {
      viewer.destroy();
      reject(error);
    });
    viewer.addEventListener(
      "ready",
      () => {
        const vertical = viewer.dataHelper.hFovToVFov(told.opening.fov);
        viewer.zoom(viewer.dataHelper.fovToZoomLevel(vertical));
        resolve(viewer);
      },
      { once: true },
    );
  });
}

function describe(url: string, told: Manifest) {
  const under = new URL(".", new URL(url, location.href)).href;
  const path = told.path ?? "{level}/{col}_{row}.jpg";
  const tile = (col: number, row: number, level: number) =>
    under + path.replace("{level}", `${level}`).replace("{col}", `${col}`).replace("{row}", `${row}`);
  // The viewer counts CSS pixels; told of narrower levels it fetches for device pixels.
  const levels = told.levels.map(({ width, cols, rows }) => ({
    width: width / window.devicePixelRatio,
    cols,
    rows,
  }));
  return { levels, tileUrl: tile, ...preview(under, told.preview) };
}

/** The small blurred picture is a data URI, which the page's policy does not let scripts fetch:
    it is put where the viewer looks before it fetches. */
function preview(under: string, uri: string | undefined): { baseUrl?: string } {
  const body = uri?.split(",")[1];
  if (!body) return {};
  const bytes = Uint8Array.from(atob(body), (letter) => letter.charCodeAt(0));
  const baseUrl = `${under}preview`;
  Cache.add(baseUrl, baseUrl, new Blob([bytes], { type: "image/jpeg" }));
  return { baseUrl };
}

function marker(pin: Pin, at: number) {
  const element = make("div", { class: "pano-pin" });
  const button = make("button", { type: "button", class: "pin", "aria-label": pin.label });
  button.append(make("span", { "aria-hidden": "true" }, String(pin.number ?? at + 1)));
  element.append(button);
  const position = { yaw: degrees(pin.yaw), pitch: degrees(pin.pitch) };
  return { id: pin.id, element, position, size: { width: 44, height: 44 }, anchor: "center center" };
}

export type { Viewer };
