// What a scan feels and sounds like: a good one short and high, a wrong one long and low.

export type Feeling = "good" | "next" | "wrong" | "again";
const BUZZ: Record<Feeling, number[]> = { good: [60, 40, 60], next: [60], wrong: [300], again: [30, 60, 30] };
const TONE: Record<Feeling, [number, number]> = {
  good: [1320, 0.12],
  next: [880, 0.08],
  wrong: [220, 0.35],
  again: [440, 0.1],
};
let sound: AudioContext | null = null;

/** Phones without a motor (and tablets) are heard; sound needs a touch before, else it is silent. */
export function feel(feeling: Feeling): void {
  navigator.vibrate?.(BUZZ[feeling]);
  window.setTimeout(() => beep(...TONE[feeling]), 0); // after the screen has answered
}

function beep(hertz: number, seconds: number): void {
  try {
    sound ??= new AudioContext();
    if (sound.state === "suspended") return void sound.resume().catch(() => undefined);
    const tone = sound.createOscillator();
    const level = sound.createGain();
    level.gain.value = 0.08;
    tone.frequency.value = hertz;
    tone.connect(level).connect(sound.destination);
    tone.start();
    tone.stop(sound.currentTime + seconds);
  } catch {
    // a device without sound
  }
}
