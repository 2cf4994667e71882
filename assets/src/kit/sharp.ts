// Is a picture sharp enough to be of use? Variance of the Laplacian of a small grey copy, as
// station/media/sharpness.py measures it on the server; the bounds come from there with the page.

export interface Sharpness {
  side: number; // px, longest side of the copy
  least: number; // variance below which a picture is blurred
  contrast: number; // variance of the greys below which there is nothing to judge by
}

/** Read from `data-sharp="480 40 64"`; null when the page does not ask. */
export function readBounds(text: string | undefined): Sharpness | null {
  const [side, least, contrast] = (text ?? "").split(" ").map(Number);
  return side && least && contrast ? { side, least, contrast } : null;
}

/** Whether the picture is blurred; null when the device cannot tell (an unknown format). */
export async function isBlurred(file: Blob, bounds: Sharpness): Promise<boolean | null> {
  const image = await open(file);
  if (!image) return null;
  const scale = Math.min(1, bounds.side / Math.max(image.width, image.height));
  const width = Math.max(1, Math.round(image.width * scale));
  const height = Math.max(1, Math.round(image.height * scale));
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const pen = canvas.getContext("2d");
  if (!pen) return null;
  pen.imageSmoothingQuality = "high";
  pen.drawImage(image, 0, 0, width, height);
  try {
    return judge(greys(pen.getImageData(0, 0, width, height).data), width, height, bounds);
  } catch {
    return null;
  }
}

/** Decoded by the browser; null for what it does not know. */
function open(file: Blob): Promise<HTMLImageElement | null> {
  return new Promise((resolve) => {
    const image = new Image();
    const address = URL.createObjectURL(file);
    const done = (found: HTMLImageElement | null): void => {
      URL.revokeObjectURL(address);
      resolve(found);
    };
    image.onload = () => done(image);
    image.onerror = () => done(null);
    image.src = address;
  });
}

/** Rec. 601 luma, as Pillow's mode L. */
function greys(rgba: Uint8ClampedArray): Float32Array {
  const found = new Float32Array(rgba.length / 4);
  for (let i = 0; i < found.length; i += 1)
    found[i] = 0.299 * rgba[4 * i]! + 0.587 * rgba[4 * i + 1]! + 0.114 * rgba[4 * i + 2]!;
  return found;
}

export function judge(
  grey: Float32Array,
  width: number,
  height: number,
  bounds: Sharpness,
): boolean {
  const edges = new Float32Array(Math.max(0, (width - 2) * (height - 2)));
  let n = 0;
  for (let y = 1; y < height - 1; y += 1)
    for (let x = 1; x < width - 1; x += 1) {
      const i = y * width + x;
      const around = grey[i - 1]! + grey[i + 1]! + grey[i - width]! + grey[i + width]!;
      edges[n] = around - 4 * grey[i]!;
      n += 1;
    }
  return variance(grey) >= bounds.contrast && variance(edges) < bounds.least;
}

function variance(values: Float32Array): number {
  if (!values.length) return 0;
  let sum = 0;
  let squares = 0;
  for (const value of values) {
    sum += value;
    squares += value * value;
  }
  const mean = sum / values.length;
  return squares / values.length - mean * mean;
}
