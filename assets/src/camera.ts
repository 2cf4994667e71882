// The guided camera: the outline of the wanted view over the live picture, a line that says whether the
// phone is level, one shutter. It goes on by itself to the next view that has no picture yet, and stays
// where a picture is blurred. What it takes goes the way of every chosen file (upload.ts), which judges
// the blur. Where there is no camera for pages, the slot's own button opens the phone's camera.

import { all, make } from "./kit/dom";
import { watchLevel } from "./kit/level";
import { say } from "./kit/words";

const LEVEL = 3; // degrees that nobody sees in a picture
const QUALITY = 0.92;
const PATIENCE = 3000; // ms for the device to judge a picture

const ghostOf = (slot: HTMLElement): HTMLTemplateElement | null => slot.querySelector("template[data-ghost]");
const labelOf = (slot: HTMLElement): string => slot.querySelector(".shot-label")?.textContent?.trim() ?? "";
const isEmpty = (slot: HTMLElement): boolean => slot.classList.contains("shot-empty");

class Camera {
  private readonly form: HTMLFormElement;
  private readonly over = new AbortController();
  private readonly video = make("video", { muted: "", playsinline: "", autoplay: "" });
  private readonly title = make("p", { class: "camera-title", role: "status" });
  private readonly outline = make("div");
  private readonly shutter: HTMLButtonElement;
  private readonly onward: HTMLButtonElement;
  private readonly box: HTMLElement;

  constructor(private slot: HTMLElement) {
    this.form = slot.closest<HTMLFormElement>("form")!;
    const press = (name: string, word: string): HTMLButtonElement =>
      make("button", { type: "button", class: `camera-${name}` }, say(this.form, word));
    this.shutter = press("shutter", "shoot");
    this.onward = press("onward", "onward");
    const leave = press("leave", "leave");
    this.box = make("div", { class: "camera", role: "dialog", "aria-modal": "true" });
    const line = make("div", { class: "camera-level" });
    this.box.append(this.video, this.outline, line, this.title, leave, this.shutter, this.onward);
    leave.addEventListener("click", () => this.close());
    this.box.addEventListener("keydown", (event) => event.key === "Escape" && this.close());
    this.shutter.addEventListener("click", () => void this.shoot());
    this.onward.addEventListener("click", () => this.next());
    this.video.addEventListener("loadeddata", () => this.ready());
    void watchLevel((degrees) => {
      line.style.transform = `rotate(${-degrees}deg)`;
      line.classList.toggle("camera-is-level", Math.abs(degrees) <= LEVEL);
    }, this.over.signal);
  }

  async open(): Promise<void> {
    const wanted = { facingMode: "environment", width: { ideal: 4096 }, height: { ideal: 3072 } };
    try {
      this.video.srcObject = await navigator.mediaDevices.getUserMedia({ video: wanted });
    } catch {
      this.over.abort();
      this.slot.querySelector<HTMLInputElement>("input[type=file]")!.click(); // the phone's own camera
      return;
    }
    this.video.muted = true;
    void this.video.play();
    document.body.append(this.box);
    this.aim(this.slot);
  }

  private aim(slot: HTMLElement): void {
    this.slot = slot;
    this.title.textContent = labelOf(slot);
    this.box.setAttribute("aria-label", labelOf(slot));
    const ghost = ghostOf(slot);
    this.outline.replaceChildren(...(ghost ? [ghost.content.cloneNode(true)] : []));
    this.onward.hidden = true;
    this.ready();
  }

  /** The shutter works as soon as there is a picture to take. */
  private ready(): void {
    this.shutter.disabled = !this.video.videoWidth;
    this.shutter.focus();
  }

  private async shoot(): Promise<void> {
    this.shutter.disabled = true;
    const again = !isEmpty(this.slot) && this.onward.hidden;
    const taken = await this.take();
    if (!taken) return this.aim(this.slot);
    if (await this.isBlurred(taken)) {
      this.aim(this.slot);
      this.title.textContent = say(this.form, "blurred");
      this.onward.hidden = false;
    } else if (again) this.close();
    else this.next();
  }

  private take(): Promise<Blob | null> {
    const { videoWidth: width, videoHeight: height } = this.video;
    const canvas = make("canvas", { width: String(width), height: String(height) });
    canvas.getContext("2d")?.drawImage(this.video, 0, 0);
    return new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
  }

  /** Hand the picture to its slot, and wait for what the device says of it. */
  private isBlurred(taken: Blob): Promise<boolean> {
    const slot = this.slot;
    const files = new DataTransfer();
    files.items.add(new File([taken], `${slot.dataset.slot}.jpg`, { type: "image/jpeg" }));
    const input = slot.querySelector<HTMLInputElement>("input[type=file]")!;
    return new Promise((done) => {
      const heard = (event: Event): void => done((event as CustomEvent<boolean>).detail);
      slot.addEventListener("shot:judged", heard, { once: true });
      window.setTimeout(() => done(false), PATIENCE);
      input.files = files.files;
      input.dispatchEvent(new Event("change", { bubbles: true }));
    });
  }

  /** On to the next view without a picture; after the last one there is nothing left to shoot. */
  private next(): void {
    const left = all("[data-slot]", this.form).filter((slot) => ghostOf(slot) && isEmpty(slot) && slot !== this.slot);
    const after = left.find((slot) => this.slot.compareDocumentPosition(slot) & Node.DOCUMENT_POSITION_FOLLOWING);
    const slot = after ?? left[0];
    if (slot) this.aim(slot);
    else this.close();
  }

  private close(): void {
    this.over.abort();
    (this.video.srcObject as MediaStream | null)?.getTracks().forEach((track) => track.stop());
    this.box.remove();
    this.slot.querySelector<HTMLElement>(".camera-open")?.focus();
  }
}

/** A press that opens the camera at a slot. */
function opener(form: HTMLFormElement, word: string, kind: string, at: () => HTMLElement | undefined): HTMLElement {
  const press = make("button", { type: "button", class: `press ${kind}` }, say(form, word));
  press.addEventListener("click", () => {
    const slot = at();
    if (slot) void new Camera(slot).open();
  });
  return press;
}

if (navigator.mediaDevices && window.isSecureContext)
  for (const form of all<HTMLFormElement>("form[data-say-guide]")) {
    const slots = all("[data-slot]", form).filter(ghostOf);
    for (const slot of slots)
      slot.querySelector(".shot-text")?.append(opener(form, "guide", "camera-open", () => slot));
    if (slots.some(isEmpty))
      form.querySelector(".shots")?.before(opener(form, "run", "press-main camera-run", () => slots.find(isEmpty)));
  }
