// What the pictures say to one another. Dispatched on document; names are part of the contract
// between spin, panorama, defects and place.

export interface GoTo {
  id: string;
}
export interface Placed {
  frame: number;
  x: number;
  y: number;
}
export interface Looked {
  yaw: number;
  pitch: number;
}
interface Known {
  "spin:goto": GoTo;
  "panorama:goto": GoTo;
  "defect:open": GoTo;
  "spin:press": Placed;
  "panorama:press": Looked;
}

export function tell<K extends keyof Known>(name: K, detail: Known[K]): void {
  document.dispatchEvent(new CustomEvent(name, { detail }));
}

export function hear<K extends keyof Known>(name: K, act: (detail: Known[K]) => void): void {
  document.addEventListener(name, (event) => act((event as CustomEvent<Known[K]>).detail));
}
