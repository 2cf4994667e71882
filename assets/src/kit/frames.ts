// Loads the pictures of a spin: the first, then eight coarse ones, then the rest.

export const COARSE = 8;
const TOGETHER = 4;
const KEPT = 2; // full-size pictures held at once: a phone has little memory

/** Indices in the order in which they are fetched; every index once. */
export function order(count: number): number[] {
  const first = [0];
  for (let n = 1; n < COARSE; n++) first.push(Math.round((n * count) / COARSE) % count);
  const coarse = Array.from(new Set(first));
  const rest: number[] = [];
  for (let index = 0; index < count; index++) if (!coarse.includes(index)) rest.push(index);
  return coarse.concat(rest);
}

/** The loaded index nearest to `wanted` going round; -1 when none is. */
export function nearest(wanted: number, count: number, loaded: (index: number) => boolean): number {
  for (let away = 0; away <= count / 2; away++) {
    const right = (wanted + away) % count;
    const left = (wanted - away + count) % count;
    if (loaded(right)) return right;
    if (loaded(left)) return left;
  }
  return -1;
}

export class Frames {
  readonly pictures: (HTMLImageElement | null)[];
  private waiting: number[];
  private begun = false;

  constructor(
    readonly urls: string[],
    private readonly arrived: (index: number) => void,
  ) {
    this.pictures = urls.map(() => null);
    this.waiting = order(urls.length);
  }

  /** The first frame, then the coarse ones; the rest too once `everything` is wanted. */
  async load(everything: boolean): Promise<void> {
    if (everything && !this.begun) {
      this.begun = true;
      await Promise.all(Array.from({ length: TOGETHER }, () => this.next()));
      this.begun = this.waiting.length === 0; // what failed is asked for at the next touch
    } else if (!everything) {
      const [first, ...coarse] = this.waiting.splice(0, COARSE);
      if (first !== undefined) await this.fetch(first);
      await Promise.all(coarse.map((index) => this.fetch(index)));
    }
  }

  private async next(): Promise<void> {
    const index = this.waiting.shift();
    if (index === undefined || !(await this.fetch(index))) return;
    await this.next();
  }

  private fetch(index: number): Promise<boolean> {
    return new Promise((resolve) => {
      const picture = new Image();
      picture.onload = () => {
        this.pictures[index] = picture;
        this.arrived(index);
        resolve(true);
      };
      picture.onerror = () => {
        this.waiting.push(index);
        resolve(false);
      };
      picture.src = this.urls[index]!;
    });
  }
}

/** Full-size frames, fetched one by one as somebody looks closer; only the last few stay. */
export class Closer {
  private readonly held = new Map<number, HTMLImageElement>();
  private asked = -1;

  constructor(
    private readonly urls: string[],
    private readonly arrived: () => void,
  ) {}

  get(index: number): HTMLImageElement | null {
    return this.held.get(index) ?? null;
  }

  /** Fetch this one; an earlier wish that has not come yet is not waited for. */
  want(index: number): void {
    if (this.asked === index || this.held.has(index)) return;
    this.asked = index;
    const picture = new Image();
    picture.onload = () => {
      this.held.set(index, picture);
      for (const old of Array.from(this.held.keys()).slice(0, -KEPT)) this.held.delete(old);
      this.arrived();
    };
    picture.onerror = () => {
      if (this.asked === index) this.asked = -1;
    };
    picture.src = this.urls[index]!;
  }
}
