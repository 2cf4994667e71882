// Where things are on the sphere and in a flat view of it. Pure. Angles in radians, yaw to the
// right and pitch up; places in a view from -1 to 1, x to the right and y up.

export interface View {
  yaw: number;
  pitch: number;
  roll: number;
  /** Half its width and height at distance 1. */
  wide: number;
  high: number;
}
export interface Level {
  width: number;
  cols: number;
  rows: number;
}
export interface Tile {
  level: number;
  col: number;
  row: number;
}

type Vector = [number, number, number];
const RAYS = 24; // across a view and its margin: several a tile, also near the poles
const MARGIN = 1.04; // a little more than is seen, so that a small turn finds its tiles there
const BLUR = 1.1; // a pixel may be drawn so much larger before the eye sees it
export const TURN = 2 * Math.PI;

export function radians(degrees: number): number {
  return (degrees * Math.PI) / 180;
}

/** A view by its horizontal field (degrees) and shape (width / height). */
export function viewOf(yaw: number, pitch: number, field: number, shape: number, roll = 0): View {
  const wide = Math.tan(radians(field) / 2);
  return { yaw, pitch, roll, wide, high: wide / shape };
}

/** Right, up and ahead of a view, in the sphere's own axes (x right, y up, z ahead at yaw 0). */
function axes({ yaw, pitch, roll }: View): [Vector, Vector, Vector] {
  const [sy, cy, sp, cp] = [Math.sin(yaw), Math.cos(yaw), Math.sin(pitch), Math.cos(pitch)];
  const [sr, cr] = [Math.sin(roll), Math.cos(roll)];
  const right: Vector = [cy, 0, -sy];
  const up: Vector = [-sp * sy, cp, -sp * cy];
  return [
    [cr * right[0] - sr * up[0], -sr * up[1], cr * right[2] - sr * up[2]],
    [sr * right[0] + cr * up[0], cr * up[1], sr * right[2] + cr * up[2]],
    [cp * sy, sp, cp * cy],
  ];
}

const dot = (a: Vector, b: Vector) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];

/** Where a direction is in the view; null behind it. */
export function project(view: View, yaw: number, pitch: number): [number, number] | null {
  const at: Vector = [Math.cos(pitch) * Math.sin(yaw), Math.sin(pitch), Math.cos(pitch) * Math.cos(yaw)];
  const [right, up, ahead] = axes(view);
  const far = dot(at, ahead);
  return far > 1e-6 ? [dot(at, right) / far / view.wide, dot(at, up) / far / view.high] : null;
}

/** The level whose pixels fill a view of `pixels` device pixels across, else the finest. */
export function fit(levels: Level[], view: View, pixels: number): number {
  const wanted = ((pixels / 2 / view.wide) * TURN) / BLUR;
  const found = levels.findIndex((level) => level.width >= wanted);
  return found < 0 ? levels.length - 1 : found;
}

/** The tiles of a level that a view meets, those nearest to its middle first. */
export function seen(level: Level, number: number, view: View): Tile[] {
  const [right, up, ahead] = axes(view);
  const nearest = new Map<number, number>();
  for (let down = 0; down <= RAYS; down++)
    for (let across = 0; across <= RAYS; across++) {
      const x = MARGIN * ((2 * across) / RAYS - 1);
      const y = MARGIN * ((2 * down) / RAYS - 1);
      const [a, b] = [x * view.wide, y * view.high];
      const [dx, dy, dz] = [0, 1, 2].map((n) => right[n]! * a + up[n]! * b + ahead[n]!) as Vector;
      const yaw = Math.atan2(dx, dz) / TURN + 0.5;
      const pitch = 0.5 - Math.atan2(dy, Math.hypot(dx, dz)) / Math.PI;
      const col = Math.min(level.cols - 1, Math.floor(yaw * level.cols));
      const row = Math.min(level.rows - 1, Math.floor(pitch * level.rows));
      const key = row * level.cols + col;
      nearest.set(key, Math.min(nearest.get(key) ?? Infinity, a * a + b * b));
    }
  return Array.from(nearest)
    .sort(([, a], [, b]) => a - b)
    .map(([key]) => ({ level: number, col: key % level.cols, row: Math.floor(key / level.cols) }));
}
