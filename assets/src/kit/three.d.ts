// The part of three that the tiles use. Its version is the one the viewer brings, which carries no types.
declare module "three" {
  export class EventDispatcher {}
  export class BufferGeometry extends EventDispatcher {
    attributes: { uv: { array: Float32Array; count: number; setY(at: number, v: number): void; getY(at: number): number } };
    scale(x: number, y: number, z: number): this;
    dispose(): void;
  }
  export class SphereGeometry extends BufferGeometry {
    constructor(
      radius: number,
      widthSegments: number,
      heightSegments: number,
      phiStart?: number,
      phiLength?: number,
      thetaStart?: number,
      thetaLength?: number,
    );
  }
  export class Texture extends EventDispatcher {
    constructor(image: TexImageSource);
    flipY: boolean;
    needsUpdate: boolean;
    generateMipmaps: boolean;
    minFilter: number;
    anisotropy: number;
    onUpdate: (() => void) | null;
    dispose(): void;
  }
  export class MeshBasicMaterial extends EventDispatcher {
    constructor(facts: { map?: Texture; depthTest: boolean; depthWrite: boolean; transparent?: boolean });
    map: Texture | null;
    opacity: number;
    transparent: boolean;
    dispose(): void;
  }
  export class Object3D extends EventDispatcher {
    visible: boolean;
    renderOrder: number;
    add(child: Object3D): this;
    remove(child: Object3D): this;
  }
  export class Group extends Object3D {}
  export class Mesh extends Object3D {
    constructor(geometry: BufferGeometry, material: MeshBasicMaterial);
    geometry: BufferGeometry;
    material: MeshBasicMaterial;
  }
  export const LinearFilter: number;
  export const LinearMipmapLinearFilter: number;
}
