// The service worker of the hand pages: asked for by a hand page alone, replaced only between forms.

import { takeAlong } from "./pages";

/** Without https (or on an old browser) there is none: the queue works all the same while a page is open. */
export async function install(): Promise<void> {
  if (!("serviceWorker" in navigator)) return;
  const fresh = !navigator.serviceWorker.controller;
  const here = await navigator.serviceWorker.register("/worker.js", { scope: "/" }).catch(() => null);
  if (!here) return;
  // This page has just been opened and nothing is half filled: a newer worker may take over now.
  here.waiting?.postMessage("take over");
  if (fresh) void navigator.serviceWorker.ready.then(() => takeAlong(location.href)).catch(() => null);
}

/** Let the browser send the queue when the page is closed and signal comes back, where it can. */
export async function askForBackground(): Promise<void> {
  if (!("serviceWorker" in navigator)) return;
  const here = (await navigator.serviceWorker.getRegistration()) as
    | (ServiceWorkerRegistration & { sync?: { register(tag: string): Promise<void> } })
    | undefined;
  await here?.sync?.register("queue").catch(() => undefined);
}
