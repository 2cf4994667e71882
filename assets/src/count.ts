// Stock-take by scans that follow one another: bay, car, bay, car. Each car is classed at once by the
// books that came with the page; the server compares with the moves of that very moment.

import { type Bay, Book, type Car, type Meaning, type Snapshot, nameOf } from "./kit/book";
import { all, one, parse } from "./kit/dom";
import { type Feeling, feel } from "./kit/feel";
import { hand } from "./kit/acts";
import { ScanDesk } from "./kit/scan_desk";
import { say } from "./kit/words";

type Pair = [string, string];

class Counting {
  private readonly desk: ScanDesk;
  private readonly book: Book;
  private readonly seen: Set<string>;
  private readonly flaws: HTMLElement;
  private readonly outside: HTMLElement;
  private bay: Bay | null = null;
  private bayText = "";
  private last: { car: Car; text: string; bay: string; flaws: Set<string> } | null = null;
  private unknown = "";

  constructor(private readonly root: HTMLElement) {
    const kept = document.getElementById("book")?.textContent ?? "";
    const told = parse<Snapshot & { seen: string[] }>(kept, { mark: "", cars: [], bays: [], seen: [] });
    this.book = new Book(told);
    this.seen = new Set(told.seen);
    this.flaws = one("[data-flaws]", root);
    this.outside = one("[data-outside]", root);
    this.desk = new ScanDesk(root, (text) => this.hear(text));
    for (const press of all("[data-flaw]", this.flaws)) press.addEventListener("click", () => this.note(press));
    one("button", this.outside).addEventListener("click", () => this.addOutside());
  }

  private hear(text: string): void {
    this.outside.hidden = true;
    const meant = this.book.read(text);
    if (meant.bay && !meant.car && !meant.many) return this.takeBay(text, meant.bay);
    if (meant.many) return this.desk.tell("wrong", "many", { text, cars: meant.many.map(nameOf).join("、") });
    if (meant.car) return this.takeCar(text, meant.car);
    this.wrong(text, meant);
  }

  private wrong(text: string, meant: Meaning): void {
    this.flaws.hidden = true;
    this.desk.tell("wrong", meant.wrong!, { text: text.slice(0, 24) });
    if (meant.wrong !== "unknown") return;
    this.unknown = text;
    this.outside.hidden = false;
  }

  private takeBay(text: string, bay: Bay): void {
    this.bay = bay;
    this.bayText = text;
    this.flaws.hidden = true;
    const there = this.book.inside(bay);
    this.desk.tell("next", there ? "bay" : "bayFree", { bay: bay.code, car: there ? nameOf(there) : "" });
  }

  private takeCar(text: string, car: Car): void {
    const [bay, bayText] = [this.bay, this.bayText];
    this.bay = null;
    this.bayText = "";
    this.last = { car, text, bay: bayText, flaws: new Set() };
    this.flaws.hidden = false;
    if (this.seen.has(car.id)) return this.desk.tell("again", "again", { car: nameOf(car) });
    this.seen.add(car.id);
    one<HTMLElement>("[data-seen-count]", document).textContent = String(this.seen.size);
    this.judge(car, bay);
    this.send(nameOf(car), this.fields());
  }

  /** What the books on this device say at once. */
  private judge(car: Car, bay: Bay | null): void {
    const due = this.book.bays.get(car.bay);
    const values = { car: nameOf(car), bay: due?.code ?? "" };
    const [feeling, key]: [Feeling, string] = !due
      ? ["wrong", "extra"]
      : bay && bay.id !== due.id
        ? ["wrong", "wrongBay"]
        : ["good", "good"];
    this.desk.tell(feeling, key, values);
  }

  /** Something about the car scanned last is not in order: seen again, the later sighting counts. */
  private note(press: HTMLElement): void {
    if (!this.last) return;
    this.last.flaws.add(press.dataset.flaw!);
    const what = press.textContent ?? "";
    this.desk.tell("next", "noted", { car: nameOf(this.last.car), what });
    this.send(`${nameOf(this.last.car)} ${what}`, this.fields());
  }

  private fields(): Pair[] {
    const { text, bay, flaws } = this.last!;
    const ticked = Array.from(flaws, (flaw): Pair => [flaw, "1"]);
    return [["car", text], ["bay", bay], ...ticked];
  }

  private addOutside(): void {
    this.outside.hidden = true;
    const text = this.unknown;
    this.desk.tell("next", "outside", { text });
    this.send(text, [["car", text], ["bay", this.bayText], ["extra", "1"]]);
  }

  private send(title: string, fields: Pair[]): void {
    const line = this.desk.line(title);
    const asked = { url: this.root.dataset.see!, lane: this.root.dataset.lane!, title, fields };
    hand(asked, (outcome) => {
      line.dataset.state = outcome.state;
      one<HTMLElement>("[data-word]", line).textContent = outcome.why || say(this.root, outcome.state);
      if (outcome.state === "refused") feel("wrong");
    });
  }
}

for (const root of all("[data-counting]")) new Counting(root);
