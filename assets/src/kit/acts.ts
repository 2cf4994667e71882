// Acts of a page that goes on: kept on the device, sent when there is signal, and answered on a
// line of the page as long as it is open.

import { type Asked, NotKept, type Outcome, drop, submit } from "./queue";

export type { Outcome };
const SOON = 1500; // ms until a line says that it still waits
const LONG = 3_600_000;

/** `told` hears "waiting" when there is no signal, then the end. */
export function hand(asked: Asked, told: (outcome: Outcome) => void): void {
  void follow(asked, told).catch((error: unknown) => {
    if (!(error instanceof NotKept)) throw error;
    told({ state: "refused", why: error.message });
  });
}

async function follow(asked: Asked, told: (outcome: Outcome) => void): Promise<void> {
  const ticket = await submit(asked);
  let outcome = await ticket.outcome(SOON);
  const late = outcome.state === "waiting";
  if (late) {
    told(outcome);
    do outcome = await ticket.outcome(LONG);
    while (outcome.state === "waiting");
  }
  told(outcome);
  // At once, it is before a person, who goes on from there; later nobody may be looking at this page.
  if (outcome.state === "refused" && !late) await drop(ticket.id);
}
