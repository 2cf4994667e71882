// Pages that are kept for times without signal.

export const HAND_CACHE = "hand";
export const ASSETS_CACHE = "assets";

/** Only what says of itself that it is a hand page, and not that it must not be kept. */
export async function isHandPage(answer: Response): Promise<boolean> {
  if (answer.status !== 200 || !answer.headers.get("Content-Type")?.startsWith("text/html")) return false;
  const body = /<body[^>]*>/.exec(await answer.clone().text())?.[0] ?? "";
  return /class="hand"/.test(body) && !/data-private/.test(body);
}

/** Fetch a page and keep it; whether it is kept now. */
export async function takeAlong(url: string): Promise<boolean> {
  const answer = await fetch(url, { credentials: "same-origin" });
  if (answer.redirected || !(await isHandPage(answer))) return false;
  await (await caches.open(HAND_CACHE)).put(url, answer);
  return true;
}

/** Keep a page unless it is kept already. */
export async function keepAtHand(url: string): Promise<void> {
  if (!("caches" in globalThis) || (await caches.match(url, { cacheName: HAND_CACHE }))) return;
  await takeAlong(url).catch(() => false);
}

/** What one person took along is not for the next. */
export async function leaveBehind(): Promise<void> {
  if ("caches" in globalThis) await caches.delete(HAND_CACHE);
}
