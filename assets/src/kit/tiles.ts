// The tiles of one panorama on the inside of a sphere: fetched when a view meets them, those in
// the middle first, and given back when they have not been seen for longest.

import {
  type BufferGeometry,
  Group,
  LinearFilter,
  LinearMipmapLinearFilter,
  Mesh,
  MeshBasicMaterial,
  SphereGeometry,
  Texture,
} from "three";
import { patiently } from "./patience";
import { type Level, type Tile, TURN } from "./sphere";

const RADIUS = 10; // as the viewer's own sphere
const FACETS = 128; // round the sphere: flat pieces of under three degrees
const TOGETHER = 6;
const FORGIVEN = 20_000; // milliseconds until a tile that failed is asked for again

export interface Pyramid {
  levels: Level[];
  url(tile: Tile): string;
  preview: string;
  path: string;
}
interface Patch {
  mesh: Mesh;
  used: number;
}
type Drawable = ImageBitmap | HTMLImageElement;

const key = ({ level, col, row }: Tile) => `${level}/${col}_${row}`;

/** Tiles in the scene under `group`, never more than `most`. `settled` hears, after each wish, how
    many tiles of it could not be had. */
export class Tiles {
  private readonly patches = new Map<string, Patch>();
  private readonly coming = new Map<string, AbortController>();
  private readonly failed = new Map<string, number>();
  private waiting: Tile[] = [];
  private wanted = new Set<string>();
  private wishes = 0;

  constructor(
    private readonly group: Group,
    private readonly pyramid: Pyramid,
    private readonly most: number,
    private readonly changed: () => void,
    private readonly settled: (missing: number) => void,
  ) {}

  /** Show these, in this order; what is on its way and not among them is called off. */
  want(tiles: Tile[]): void {
    this.wishes++;
    this.wanted = new Set(tiles.map(key));
    for (const name of Array.from(this.coming.keys())) if (!this.wanted.has(name)) this.callOff(name);
    for (const [name, at] of this.failed) if (Date.now() - at > FORGIVEN) this.failed.delete(name);
    for (const name of this.wanted) {
      const patch = this.patches.get(name);
      if (patch) patch.used = this.wishes;
    }
    this.waiting = tiles.filter((tile) => !this.isKnown(key(tile)));
    this.next();
  }

  /** Ask again for what failed, e.g. when the network is back. */
  forgive(): void {
    this.failed.clear();
  }

  /** Call everything off and give everything back. */
  clear(): void {
    this.waiting = [];
    for (const name of Array.from(this.coming.keys())) this.callOff(name);
    for (const name of Array.from(this.patches.keys())) this.drop(name);
  }

  private callOff(name: string): void {
    this.coming.get(name)!.abort();
    this.coming.delete(name);
  }

  private isKnown(name: string): boolean {
    return this.patches.has(name) || this.coming.has(name) || this.failed.has(name);
  }

  private next(): void {
    while (this.waiting.length && this.coming.size < TOGETHER) void this.bring(this.waiting.shift()!);
    if (!this.waiting.length && !this.coming.size)
      this.settled(Array.from(this.wanted).filter((name) => !this.patches.has(name)).length);
  }

  private async bring(tile: Tile): Promise<void> {
    const name = key(tile);
    const call = new AbortController();
    this.coming.set(name, call);
    try {
      const picture = await decode(await patiently(this.pyramid.url(tile), call.signal));
      if (call.signal.aborted) letGo(picture);
      else this.put(tile, picture);
    } catch {
      if (!call.signal.aborted) this.failed.set(name, Date.now());
    }
    if (call.signal.aborted) return;
    this.coming.delete(name);
    this.next();
  }

  private put(tile: Tile, picture: Drawable): void {
    while (this.patches.size >= this.most) this.drop(this.longestUnseen());
    const { cols, rows } = this.pyramid.levels[tile.level]!;
    const mesh = new Mesh(patch(cols, rows, tile.col, tile.row), paint(texture(picture, true)));
    mesh.renderOrder = 1 + tile.level;
    this.group.add(mesh);
    this.patches.set(key(tile), { mesh, used: this.wishes });
    this.changed();
  }

  private longestUnseen(): string {
    return Array.from(this.patches).reduce((a, b) => (b[1].used < a[1].used ? b : a))[0];
  }

  private drop(name: string): void {
    const { mesh } = this.patches.get(name)!;
    this.patches.delete(name);
    this.group.remove(mesh);
    release(mesh);
  }
}

/** Give a mesh and all it holds back to the graphics card. */
export function release(mesh: Mesh): void {
  mesh.material.map?.dispose();
  mesh.material.dispose();
  mesh.geometry.dispose();
}

/** The whole sphere, for the small blurred picture behind the tiles. */
export function backdrop(): Mesh {
  return new Mesh(patch(1, 1, 0, 0), paint());
}

function paint(map?: Texture): MeshBasicMaterial {
  return new MeshBasicMaterial({ ...(map && { map }), depthTest: false, depthWrite: false });
}

/** One piece of the sphere as a grid of facets, its picture the right way up and seen from inside. */
function patch(cols: number, rows: number, col: number, row: number): BufferGeometry {
  const [wide, high] = [TURN / cols, TURN / 2 / rows];
  const across = Math.max(2, FACETS / cols);
  const down = Math.max(2, FACETS / 2 / rows);
  const left = -TURN / 4 + col * wide;
  const made = new SphereGeometry(RADIUS, across, down, left, wide, row * high, high).scale(-1, 1, 1);
  const { uv } = made.attributes;
  for (let at = 0; at < uv.count; at++) uv.setY(at, 1 - uv.getY(at)); // bitmaps begin at the top
  return made;
}

export function texture(picture: Drawable, fine: boolean): Texture {
  const made = new Texture(picture);
  made.flipY = false;
  made.generateMipmaps = fine; // near the poles a tile is drawn much narrower than it is
  made.minFilter = fine ? LinearMipmapLinearFilter : LinearFilter;
  made.anisotropy = fine ? 4 : 1;
  made.needsUpdate = true;
  made.onUpdate = () => letGo(picture); // the card has it: no second copy stays
  return made;
}

function letGo(picture: Drawable): void {
  if ("close" in picture) picture.close();
}

async function decode(blob: Blob): Promise<Drawable> {
  if ("createImageBitmap" in window) return createImageBitmap(blob);
  const url = URL.createObjectURL(blob);
  try {
    return await load(url);
  } finally {
    URL.revokeObjectURL(url);
  }
}

/** A picture of the page itself: a data address, or a blob. */
export async function load(url: string): Promise<HTMLImageElement> {
  const picture = new Image();
  picture.src = url;
  await picture.decode();
  return picture;
}
