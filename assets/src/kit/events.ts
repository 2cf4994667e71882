// What the pictures say to one another. Dispatched on document; names are part of the contract
// between spin, panorama, defects and place.

import type { Pin } from "./hotspots";
import type { Lens } from "./lens";

export interface GoTo {
  id: string;
}
export interface Placed {
  frame: number;
  x: number;
  y: number;
}
/** `scene`: which panorama; degrees. */
export interface Looked {
  scene: string;
  yaw: number;
  pitch: number;
}
/** Where the figure `from` looks now; degrees, `field` vertical. */
export interface Turned {
  from: string;
  yaw: number;
  pitch: number;
  field: number;
}
/** How far round the spin `from` is, 0…1. */
export interface Round {
  from: string;
  share: number;
  angle?: number; // degrees round the car, when they are known
}
/** What the spin `from` shows now. */
export interface Drawn {
  from: string;
  frame: number;
  count: number;
  lens: Lens;
}
interface Known {
  "spin:goto": GoTo;
  "panorama:goto": GoTo;
  "defect:open": GoTo;
  "spin:turned": Round;
  "spin:drawn": Drawn;
  "spin:press": Placed;
  "panorama:press": Looked;
  "panorama:turned": Turned;
  "panorama:mark": Pin;
  "panorama:middle": object;
}

export function tell<K extends keyof Known>(name: K, detail: Known[K]): void {
  document.dispatchEvent(new CustomEvent(name, { detail }));
}

export function hear<K extends keyof Known>(name: K, act: (detail: Known[K]) => void): void {
  document.addEventListener(name, (event) => act((event as CustomEvent<Known[K]>).detail));
}
