// Moving cars by scans that follow one another: car and bay in either order, camera, hardware
// scanner or fingers. The page's snapshot answers at once; the server has the last word.

import { type Bay, Book, type Car, type Meaning, type Snapshot, nameOf } from "./kit/book";
import { all, make, one, parse } from "./kit/dom";
import { type Outcome, hand } from "./kit/acts";
import { AGAIN, ScanDesk } from "./kit/scan_desk";
import { say } from "./kit/words";

class Moves {
  private readonly book: Book;
  private readonly desk: ScanDesk;
  private car: Car | null = null;
  private bay: Bay | null = null;
  private last = { text: "", at: 0 };
  private texts = { car: "", bay: "" };

  constructor(private readonly root: HTMLElement) {
    const kept = document.getElementById("book")?.textContent ?? "";
    this.book = new Book(parse<Snapshot>(kept, { mark: "", cars: [], bays: [] }));
    this.desk = new ScanDesk(root, (text) => this.hear(text));
    for (const text of [root.dataset.car, root.dataset.bay]) if (text) this.hear(text);
  }

  /** One scan. Whatever it is, it is answered at once. */
  hear(text: string): void {
    const now = Date.now();
    const again = text === this.last.text && now - this.last.at < AGAIN;
    this.last = { text, at: now };
    if (again) return this.desk.tell("again", "again");
    const meant = this.book.read(text);
    if (meant.wrong) return this.wrong(text, meant);
    this.take(text, meant);
  }

  private wrong(text: string, meant: Meaning): void {
    this.desk.tell("wrong", meant.wrong!, { text: text.slice(0, 24) });
    if (meant.ask) void this.ask(text);
  }

  /** A label printed after this page came, or a better sentence: the server knows. */
  private async ask(text: string): Promise<void> {
    const query = new URLSearchParams({ text });
    const headers = { Accept: "application/json" };
    const answer = await fetch(`${this.root.dataset.read}?${query}`, { headers }).catch(() => null);
    if (!answer || this.last.text !== text) return;
    const told = (await answer.json()) as { cars: string[][]; bays: string[][]; title?: string };
    if (!answer.ok) return this.desk.show("wrong", told.title ?? say(this.root, "unknown", { text }));
    const [car] = told.cars.map((row) => this.book.addCar(row));
    const [bay] = told.bays.map((row) => this.book.addBay(row));
    this.take(text, { car, bay });
  }

  private take(text: string, meant: Meaning): void {
    if (meant.bay && (this.car || !(meant.car ?? meant.many))) return this.takeBay(text, meant.bay);
    if (meant.many) {
      const cars = meant.many.map(nameOf).join("、");
      return this.desk.tell("wrong", "many", { text, cars });
    }
    this.takeCar(text, meant.car!);
  }

  private takeCar(text: string, car: Car): void {
    this.car = car;
    this.texts.car = text;
    if (this.bay) return this.move(car, this.bay);
    const at = this.book.bays.get(car.bay)?.code;
    this.desk.tell("next", at ? "carAt" : "car", { car: nameOf(car), bay: at ?? "" });
  }

  private takeBay(text: string, bay: Bay): void {
    const there = this.book.inside(bay);
    if (there && there !== this.car)
      return this.desk.tell("wrong", "occupied", { bay: bay.code, car: nameOf(there) });
    this.bay = bay;
    this.texts.bay = text;
    if (this.car) return this.move(this.car, bay);
    this.desk.tell("next", "bay", { bay: bay.code });
  }

  private move(car: Car, bay: Bay): void {
    this.car = this.bay = null;
    if (car.bay === bay.id) return this.desk.tell("again", "there", { car: nameOf(car), bay: bay.code });
    const from = car.bay;
    this.book.place(car, bay.id);
    this.desk.tell("good", "done", { car: nameOf(car), bay: bay.code });
    const line = this.desk.line(`${nameOf(car)} → ${bay.code}`);
    const fields: [string, string][] = [
      ["car", this.texts.car],
      ["bay", this.texts.bay],
      ["seen_in", from],
    ];
    this.send(this.root.dataset.put!, car, fields, line, () => this.book.place(car, from));
  }

  private send(url: string, car: Car, fields: [string, string][], line: HTMLElement, back: () => void): void {
    const asked = { url, lane: `vehicle:${car.id}`, title: line.firstChild!.textContent ?? "", fields };
    hand(asked, (outcome) => this.ended(outcome, car, line, back));
  }

  private ended(outcome: Outcome, car: Car, line: HTMLElement, back: () => void): void {
    const word = one<HTMLElement>("[data-word]", line);
    line.dataset.state = outcome.state;
    word.textContent = outcome.why || say(this.root, outcome.state);
    const stay = /[?&]done=(\w+)/.exec(outcome.location ?? "")?.[1];
    if (stay) this.offer(this.root.dataset.undo!.replace("/-/", `/${stay}/`), car, line, back);
    if (outcome.state !== "refused") return;
    back();
    this.desk.show("wrong", outcome.why ?? "");
  }

  /** Taking a move back is an act of its own. */
  private offer(url: string, car: Car, line: HTMLElement, back: () => void): void {
    const press = make("button", { type: "button", class: "press press-small" }, say(this.root, "undo"));
    press.addEventListener("click", () => {
      press.remove();
      const before = car.bay;
      back();
      const undone = this.desk.line(`${nameOf(car)} ↩ ${this.book.bays.get(car.bay)?.code ?? ""}`);
      this.desk.tell("good", "undone", { car: nameOf(car), bay: this.book.bays.get(car.bay)?.code ?? "" });
      this.send(url, car, [], undone, () => this.book.place(car, before));
    });
    line.append(press);
  }
}

for (const root of all("[data-moves]")) new Moves(root);
