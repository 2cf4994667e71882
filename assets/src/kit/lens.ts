// Which part of a picture is seen. Pure. `x`, `y`: the middle of what is seen, fractions of the
// picture from its top left; `scale`: 1 shows all of it.

import { within } from "./dom";

export interface Lens {
  scale: number;
  x: number;
  y: number;
}
export type Point = [number, number];

export const WHOLE: Lens = { scale: 1, x: 0.5, y: 0.5 };

/** The lens with nothing beyond the picture in sight. */
export function kept({ scale, x, y }: Lens, most: number): Lens {
  const size = within(scale, 1, most);
  const half = 0.5 / size;
  return { scale: size, x: within(x, half, 1 - half), y: within(y, half, 1 - half) };
}

/** What is under a place of the view (fractions of it). */
export function under(lens: Lens, [x, y]: Point): Point {
  return [lens.x + (x - 0.5) / lens.scale, lens.y + (y - 0.5) / lens.scale];
}

/** Where a place of the picture is in the view (fractions of it), also when out of sight. */
export function over(lens: Lens, [x, y]: Point): Point {
  return [(x - lens.x) * lens.scale + 0.5, (y - lens.y) * lens.scale + 0.5];
}

/** Nearer or farther by `factor`; what is under `at` stays there. */
export function closer(lens: Lens, factor: number, at: Point, most: number): Lens {
  const [x, y] = under(lens, at);
  const scale = within(lens.scale * factor, 1, most);
  return kept({ scale, x: x - (at[0] - 0.5) / scale, y: y - (at[1] - 0.5) / scale }, most);
}

/** Moved as a finger moves the picture, by fractions of the view. */
export function moved(lens: Lens, right: number, down: number, most: number): Lens {
  return kept({ ...lens, x: lens.x - right / lens.scale, y: lens.y - down / lens.scale }, most);
}
