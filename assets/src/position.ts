// Where and when, by the device's own word, into hidden fields: the server treats both as claims.

import { all, one } from "./kit/dom";
import { say } from "./kit/words";

const PATIENCE = 20000; // ms for a first fix outdoors
const FRESH = 30000; // ms a fix of the device may be old

function fill(root: HTMLElement, name: string, value: string): void {
  one<HTMLInputElement>(`[data-part=${name}]`, root).value = value;
}

function tell(root: HTMLElement, words: string, got: boolean): void {
  one<HTMLElement>(".position-line span", root).textContent = words;
  root.classList.toggle("position-got", got);
}

function got(root: HTMLElement, { coords, timestamp }: GeolocationPosition): void {
  fill(root, "lat", coords.latitude.toFixed(6));
  fill(root, "lon", coords.longitude.toFixed(6));
  fill(root, "accuracy", coords.accuracy.toFixed(0));
  fill(root, "device_time", new Date(timestamp).toISOString());
  tell(root, say(root, "got", { metres: coords.accuracy.toFixed(0) }), true);
}

function ask(root: HTMLElement): void {
  fill(root, "device_time", new Date().toISOString());
  if (!("geolocation" in navigator)) return tell(root, say(root, "none"), false);
  tell(root, say(root, "wait"), false);
  navigator.geolocation.getCurrentPosition(
    (position) => got(root, position),
    () => tell(root, say(root, "none"), false),
    { enableHighAccuracy: true, timeout: PATIENCE, maximumAge: FRESH },
  );
}

for (const root of all("[data-position]")) {
  ask(root);
  root.closest("form")?.addEventListener("submit", () => {
    const time = one<HTMLInputElement>("[data-part=device_time]", root);
    if (!time.value) time.value = new Date().toISOString();
  });
}
