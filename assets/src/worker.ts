// The service worker: hand pages that were opened or taken along, without signal; nothing else.
//
// A page is kept only when its own body says that it is a hand page, so no public page and none of a
// judge's is ever kept, and no picture at all. What is kept is nobody's record: it may go at any time.

import { ExpirationPlugin } from "workbox-expiration";
import { registerRoute, setCatchHandler } from "workbox-routing";
import { CacheFirst, NetworkFirst } from "workbox-strategies";
import { ASSETS_CACHE, HAND_CACHE, isHandPage } from "./kit/pages";
import { count } from "./kit/queue";
import { drain } from "./kit/sender";

declare const ASSETS: string[]; // what hand pages need, by build.mjs

interface Waiting extends Event {
  waitUntil(work: Promise<unknown>): void;
  tag?: string;
  data?: unknown;
}
interface Scope {
  addEventListener(name: string, act: (event: Waiting) => void): void;
  skipWaiting(): Promise<void>;
  clients: { claim(): Promise<void> };
}
const worker = self as unknown as Scope;
const OFFLINE = "/offline";
const PATIENCE = 4; // s for the network before a kept page is shown
const DAY = 24 * 3600;

const assets = new CacheFirst({
  cacheName: ASSETS_CACHE,
  plugins: [new ExpirationPlugin({ maxEntries: 400, maxAgeSeconds: 60 * DAY, purgeOnQuotaError: true })],
});
const pages = new NetworkFirst({
  cacheName: HAND_CACHE,
  networkTimeoutSeconds: PATIENCE,
  plugins: [
    { cacheWillUpdate: async ({ response }) => ((await isHandPage(response)) ? response : null) },
    new ExpirationPlugin({ maxEntries: 400, maxAgeSeconds: 7 * DAY, purgeOnQuotaError: true }),
  ],
});

registerRoute(({ url, sameOrigin }) => sameOrigin && url.pathname.startsWith("/assets/"), assets);
registerRoute(({ request, sameOrigin }) => sameOrigin && request.mode === "navigate", pages);

// Nothing kept under this very address: the same page without its question, else the offline page.
setCatchHandler(async ({ request }) => {
  if (request.mode !== "navigate") return Response.error();
  const kept = await caches.match(request, { cacheName: HAND_CACHE, ignoreSearch: true });
  return kept ?? (await caches.match(OFFLINE)) ?? Response.error();
});

worker.addEventListener("install", (event) => {
  const here = async (): Promise<void> => {
    // names carry the hash of what is in them: what is there is right
    await Promise.all(ASSETS.map((url) => assets.handle({ event: event as never, request: new Request(url) })));
    await (await caches.open(ASSETS_CACHE)).add(new Request(OFFLINE, { cache: "reload" }));
  };
  event.waitUntil(here());
});
worker.addEventListener("activate", (event) => event.waitUntil(worker.clients.claim()));
// A newer worker takes over when a page that holds nothing half filled says so (hand.ts).
worker.addEventListener("message", (event) => {
  if (event.data === "take over") event.waitUntil(worker.skipWaiting());
});
worker.addEventListener("sync", (event) => {
  if (event.tag === "queue") event.waitUntil(sendInBackground());
});

/** Raises when something is left, so that the browser asks again. */
async function sendInBackground(): Promise<void> {
  await drain();
  const { acts, files, refused } = await count();
  if (acts + files > refused) throw new Error("not everything is sent");
}
