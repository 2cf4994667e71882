// Photo Sphere Viewer with its own equirectangular tiles, for the benchmark's other side. It says
// in `window.stock` when it last drew: the last tile's frame is the first sharp view.
import { Viewer } from "@photo-sphere-viewer/core";
import "@photo-sphere-viewer/core/index.css";
import { EquirectangularTilesAdapter } from "@photo-sphere-viewer/equirectangular-tiles-adapter";

const { levels, opening } = await (await fetch("/panorama/manifest.json")).json();
const viewer = new Viewer({
  container: "viewer",
  adapter: EquirectangularTilesAdapter.withConfig({}),
  panorama: {
    levels: levels.map(({ width, cols, rows }) => ({ width, cols, rows })),
    tileUrl: (col, row, level) => `/panorama/${level}/${col}_${row}.jpg`,
  },
  navbar: false,
  defaultYaw: `${opening.yaw}deg`,
  defaultPitch: `${opening.pitch}deg`,
});
viewer.addEventListener("ready", () => {
  const field = viewer.dataHelper.hFovToVFov(opening.fov);
  viewer.zoom(viewer.dataHelper.fovToZoomLevel(field));
});
viewer.addEventListener("render", () => {
  window.stock = performance.now();
});
