// The guided camera: the outline of the wanted view over the live picture, a line that says whether the
// phone is level, one shutter. What it takes goes the way of every chosen file (upload.ts), which judges
// the blur. Where there is no camera for pages, the slot's own button opens the phone's camera.

import { all, make } from "./kit/dom";
import { watchLevel } from "./kit/level";
import { say } from "./kit/words";

const LEVEL = 3; // degrees that nobody sees in a picture
const QUALITY = 0.92;

class Camera {
  private readonly form: HTMLFormElement;
  private readonly input: HTMLInputElement;
  private readonly over = new AbortController();
  private stream: MediaStream | null = null;

  constructor(private readonly slot: HTMLElement) {
    this.form = slot.closest<HTMLFormElement>("form")!;
    this.input = slot.querySelector<HTMLInputElement>("input[type=file]")!;
  }

  async open(): Promise<void> {
    const wanted = { facingMode: "environment", width: { ideal: 4096 }, height: { ideal: 3072 } };
    try {
      this.stream = await navigator.mediaDevices.getUserMedia({ video: wanted });
    } catch {
      this.input.click(); // no permission: the phone's own camera
      return;
    }
    const video = make("video", { muted: "", playsinline: "", autoplay: "" });
    video.muted = true;
    video.srcObject = this.stream;
    void video.play();
    const line = make("div", { class: "camera-level" });
    const shutter = make("button", { type: "button", class: "camera-shutter" }, say(this.form, "shoot"));
    const leave = make("button", { type: "button", class: "camera-leave" }, say(this.form, "leave"));
    const box = make("div", { class: "camera", role: "dialog", "aria-modal": "true", "aria-label": this.label() });
    box.append(video, this.outline(), line, leave, shutter);
    document.body.append(box);
    leave.addEventListener("click", () => this.close(box));
    box.addEventListener("keydown", (event) => event.key === "Escape" && this.close(box));
    shutter.addEventListener("click", () => void this.shoot(video, box));
    shutter.focus();
    void watchLevel((degrees) => this.show(line, degrees), this.over.signal);
  }

  private label(): string {
    return this.slot.querySelector(".shot-label")?.textContent?.trim() ?? "";
  }

  private outline(): Node {
    const ghost = document.querySelector(`template[data-ghost="${CSS.escape(this.slot.dataset.slot ?? "")}"]`);
    return ghost ? (ghost as HTMLTemplateElement).content.cloneNode(true) : document.createTextNode("");
  }

  private show(line: HTMLElement, degrees: number): void {
    line.style.transform = `rotate(${-degrees}deg)`;
    line.classList.toggle("camera-is-level", Math.abs(degrees) <= LEVEL);
  }

  private async shoot(video: HTMLVideoElement, box: HTMLElement): Promise<void> {
    const canvas = make("canvas", { width: String(video.videoWidth), height: String(video.videoHeight) });
    canvas.getContext("2d")?.drawImage(video, 0, 0);
    const taken = await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
    this.close(box);
    if (!taken) return;
    const files = new DataTransfer();
    files.items.add(new File([taken], `${this.slot.dataset.slot}.jpg`, { type: "image/jpeg" }));
    this.input.files = files.files;
    this.input.dispatchEvent(new Event("change", { bubbles: true }));
  }

  private close(box: HTMLElement): void {
    this.over.abort();
    this.stream?.getTracks().forEach((track) => track.stop());
    box.remove();
    this.slot.querySelector<HTMLElement>(".camera-open")?.focus();
  }
}

if (navigator.mediaDevices && window.isSecureContext)
  for (const template of all<HTMLTemplateElement>("template[data-ghost]")) {
    const slot = template.closest<HTMLElement>("[data-slot]")!;
    const press = make("button", { type: "button", class: "press camera-open" }, say(slot.closest("form")!, "guide"));
    press.addEventListener("click", () => void new Camera(slot).open());
    slot.querySelector(".shot-text")?.append(press);
  }
