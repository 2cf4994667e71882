// How far the phone leans, where the browser tells: the horizon of a picture is the phone's.

interface Asking {
  requestPermission?: () => Promise<"granted" | "denied">;
}

/** Degrees by which a picture would be tilted, told as the phone moves; stops with the signal. */
export async function watchLevel(tell: (degrees: number) => void, signal: AbortSignal): Promise<void> {
  if (!("DeviceOrientationEvent" in window)) return;
  const asking = DeviceOrientationEvent as unknown as Asking; // iOS asks a person first
  if (asking.requestPermission && (await asking.requestPermission().catch(() => "denied")) !== "granted") return;
  const turned = (event: DeviceOrientationEvent): void => {
    if (event.beta !== null && event.gamma !== null) tell(tilt(event.beta, event.gamma, screenAngle()));
  };
  window.addEventListener("deviceorientation", turned, { signal } as AddEventListenerOptions);
  signal.addEventListener("abort", () => window.removeEventListener("deviceorientation", turned));
}

const screenAngle = (): number => window.screen.orientation?.angle ?? 0;

/** The roll of the picture's horizon in degrees: 0 is level. `beta` is the lean to the front, `gamma`
 * to the side, `angle` how the screen is turned. Gravity along the screen's two sides gives the roll. */
export function tilt(beta: number, gamma: number, angle: number): number {
  const rad = Math.PI / 180;
  const down = Math.sin(beta * rad); // along the long side of the device
  const side = -Math.sin(gamma * rad) * Math.cos(beta * rad); // along its short side
  const roll = Math.atan2(side, down) / rad - angle;
  return ((roll + 540) % 360) - 180;
}
