// Our adapter for Photo Sphere Viewer: levels by device pixels, a bounded number of tiles, and
// tiles that failed tried again.

import { AbstractAdapter, type PanoData, type TextureData, type Viewer } from "@photo-sphere-viewer/core";
import { Group, type Mesh, type Texture } from "three";
import { fit, seen, type View, viewOf } from "./sphere";
import { backdrop, load, type Pyramid, release, texture, Tiles } from "./tiles";

export interface Heed {
  /** Tiles that may be held at once. */
  most: number;
  /** Heard when a view is as sharp as it gets, with the number of tiles that could not be had. */
  settled: (missing: number) => void;
}
type Told = TextureData<Texture | null, Pyramid, PanoData>;

const MOVED = ["position-updated", "zoom-updated", "size-updated"] as const;

export class TileAdapter extends AbstractAdapter<Pyramid, PanoData, Texture | null, Group> {
  static override readonly id = "shuzhan-tiles";
  private tiles: Tiles | null = null;
  private pyramid: Pyramid | null = null;
  private asked = 0;

  constructor(
    viewer: Viewer,
    private readonly heed: Heed,
  ) {
    super(viewer);
  }

  override init(): void {
    for (const name of MOVED) this.viewer.addEventListener(name, this);
    window.addEventListener("online", this);
  }

  override destroy(): void {
    for (const name of MOVED) this.viewer.removeEventListener(name, this);
    window.removeEventListener("online", this);
    window.cancelAnimationFrame(this.asked);
    this.tiles?.clear();
    this.tiles = null;
  }

  handleEvent(event: Event): void {
    if (event.type === "online") this.tiles?.forgive();
    this.refresh();
  }

  async loadTexture(panorama: Pyramid): Promise<Told> {
    const small = panorama.preview ? texture(await load(panorama.preview), false) : null;
    const { width } = panorama.levels[panorama.levels.length - 1]!;
    const size = { fullWidth: width, fullHeight: width / 2, croppedWidth: width, croppedHeight: width / 2 };
    const panoData: PanoData = { isEquirectangular: true, ...size, croppedX: 0, croppedY: 0 };
    return { panorama, panoData, cacheKey: panorama.path, texture: small };
  }

  createMesh(): Group {
    const group = new Group();
    group.add(backdrop());
    return group;
  }

  setTexture(group: Group, told: Told): void {
    const [behind] = children(group);
    behind!.visible = told.texture !== null;
    behind!.material.map = told.texture;
    const changed = () => this.viewer.needsUpdate();
    this.pyramid = told.panorama;
    this.tiles = new Tiles(group, told.panorama, this.heed.most, changed, this.heed.settled);
    this.refresh();
  }

  setTextureOpacity(): void {
    // one picture follows another at once: this adapter takes part in no transition
  }

  disposeTexture(told: Told): void {
    told.texture?.dispose();
  }

  disposeMesh(group: Group): void {
    this.tiles?.clear();
    this.tiles = null;
    for (const mesh of children(group)) release(mesh);
  }

  view(): View {
    const { yaw, pitch } = this.viewer.getPosition();
    const { hFov, aspect, roll } = this.viewer.state;
    return viewOf(yaw, pitch, hFov, aspect, roll);
  }

  /** Once a frame at most: a drag moves the camera more often than that. */
  private refresh(): void {
    window.cancelAnimationFrame(this.asked);
    this.asked = window.requestAnimationFrame(() => this.choose());
  }

  private choose(): void {
    if (!this.tiles || !this.pyramid) return;
    const { levels } = this.pyramid;
    const view = this.view();
    let at = fit(levels, view, this.viewer.state.size.width * window.devicePixelRatio);
    let met = seen(levels[at]!, at, view);
    while (met.length > this.heed.most && at > 0) met = seen(levels[--at]!, at, view);
    this.tiles.want(met);
  }
}

function children(group: Group): Mesh[] {
  return (group as unknown as { children: Mesh[] }).children.slice();
}
