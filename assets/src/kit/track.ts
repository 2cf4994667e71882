// Where a place goes between the frames it was pressed on: as station/intake/spots.py does for
// everybody who reads, here for the one who presses.

import type { Point } from "./lens";

export type Keys = Map<number, Point>;

/** Frame → place in every frame that shows it. `count`: frames of the closed walk. */
export function track(keys: Keys, count: number): Keys {
  const known = Array.from(keys.keys())
    .filter((frame) => frame < count)
    .sort((a, b) => a - b);
  const places: Keys = new Map();
  if (!known.length) return places;
  const gap = (at: number) => (known[at + 1] ?? known[0]! + count) - known[at]!;
  const after = known.reduce((widest, _, at) => (gap(at) > gap(widest) ? at : widest), 0) + 1;
  const seen = known.slice(after).concat(known.slice(0, after).map((frame) => frame + count));
  places.set(seen[0]! % count, keys.get(seen[0]! % count)!);
  for (let at = 1; at < seen.length; at++) {
    const [start, end] = [seen[at - 1]!, seen[at]!];
    const [a, b] = [keys.get(start % count)!, keys.get(end % count)!];
    for (let frame = start + 1; frame <= end; frame++) {
      const share = (frame - start) / (end - start);
      places.set(frame % count, [a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share]);
    }
  }
  return places;
}
