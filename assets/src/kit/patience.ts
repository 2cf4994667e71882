// Fetching over a network that comes and goes: tried again, each time after a longer wait, and
// given up after the last.

const WAITS = [400, 1200, 3600, 8000]; // milliseconds before the second to fifth try
const BUSY = [408, 425, 429];

class Hopeless extends Error {}

function rest(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = window.setTimeout(resolve, milliseconds);
    signal.addEventListener("abort", () => {
      window.clearTimeout(timer);
      reject(new Error("not wanted any more"));
    });
  });
}

async function once(url: string, signal: AbortSignal): Promise<Blob> {
  const answer = await fetch(url, { signal });
  if (answer.ok) return answer.blob();
  const passing = answer.status >= 500 || BUSY.includes(answer.status);
  throw passing ? new Error(String(answer.status)) : new Hopeless(String(answer.status));
}

/** The bytes at `url`. Fails when they are not there, or not after five tries, or not wanted. */
export async function patiently(url: string, signal: AbortSignal): Promise<Blob> {
  for (const wait of WAITS) {
    try {
      return await once(url, signal);
    } catch (fault) {
      if (signal.aborted || fault instanceof Hopeless) throw fault;
      await rest(wait, signal);
    }
  }
  return once(url, signal);
}
