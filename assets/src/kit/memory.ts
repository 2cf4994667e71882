// How much this device can hold, and whether the browser may throw it away.

const FULL = 0.8; // share of the quota from which a person is told

/** Ask once that what is kept here is not thrown away; "refused" and "unknown" are shown to a person. */
export async function askToStay(): Promise<"kept" | "refused" | "unknown"> {
  const { storage } = navigator as Partial<Navigator>;
  if (!storage?.persist) return "unknown";
  return (await storage.persisted()) || (await storage.persist()) ? "kept" : "refused";
}

/** Bytes used and bytes there are, by the browser's estimate. */
export async function room(): Promise<{ used: number; all: number } | null> {
  const { storage } = navigator as Partial<Navigator>;
  if (!storage?.estimate) return null;
  const { usage = 0, quota = 0 } = await storage.estimate();
  return quota ? { used: usage, all: quota } : null;
}

export async function isLow(): Promise<boolean> {
  const told = await room();
  return told !== null && told.used > FULL * told.all;
}
