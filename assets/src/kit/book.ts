// What a scanned or typed text means, by the snapshot that came with the page: no signal needed.

export interface Car {
  id: string;
  plate: string;
  vin: string;
  bay: string;
}
export interface Bay {
  id: string;
  code: string;
}
export interface Snapshot {
  mark: string;
  cars: string[][];
  bays: string[][];
}
/** `wrong`: key of a sentence; `ask`: whether the server may know more. */
export interface Meaning {
  car?: Car;
  bay?: Bay;
  many?: Car[];
  wrong?: "address" | "elsewhere" | "neither" | "label" | "unknown";
  ask?: boolean;
}

// As station/media/labels.py says it; what a digest is worth only the server can tell.
const LABEL = /^SZ2:([A-Z]):([A-Z0-9]{4}):([A-Z0-9]{8}):[A-Z0-9]{8}$/;
const OLD_LABEL = /^SZ1:([A-Z0-9]{8}):[A-Z0-9]{6}$/;
const TYPED_LABEL = /^[A-Z2-9]{8}$/;
const ADDRESS = /^([a-z][a-z0-9+.-]*:\/\/|www\.|(weixin|alipays?|mailto|tel):|[a-z0-9-]+(\.[a-z0-9-]+)*\.[a-z]{2,}(\/|$))/i;
const BAY = /^([A-Z])-?0*([1-9][0-9]{0,2})$/;

export class Book {
  readonly bays = new Map<string, Bay>();
  readonly cars = new Map<string, Car>();
  private readonly byLabel = new Map<string, Meaning>();
  private readonly byCode = new Map<string, Bay>();
  private readonly byBay = new Map<string, Car>();
  private readonly byText = new Map<string, Car[]>();
  private readonly mark: string;

  constructor(snapshot: Snapshot) {
    this.mark = snapshot.mark;
    for (const row of snapshot.bays) this.addBay(row);
    for (const row of snapshot.cars) this.addCar(row);
  }

  addBay([id, code, label]: string[]): Bay {
    const bay = { id: id!, code: code! };
    this.bays.set(bay.id, bay);
    this.byCode.set(bay.code, bay);
    if (label) this.byLabel.set(label, { bay });
    return bay;
  }

  addCar([id, plate, vin, label, bay]: string[]): Car {
    const car = { id: id!, plate: plate!, vin: vin!, bay: bay! };
    const known = this.cars.get(car.id);
    if (known) return known;
    this.cars.set(car.id, car);
    this.place(car, car.bay);
    for (const text of new Set([plate!, vin!, plate!.slice(-4), vin!.slice(-4)])) this.note(text, car);
    if (label) this.byLabel.set(label, { car });
    return car;
  }

  private note(text: string, car: Car): void {
    if (text) this.byText.set(text, [...(this.byText.get(text) ?? []), car]);
  }

  /** Who stands in a bay, as far as this device knows. */
  inside(bay: Bay): Car | undefined {
    return this.byBay.get(bay.id);
  }

  /** From now on a car stands in this bay ('' for none). */
  place(car: Car, bay: string): void {
    if (this.byBay.get(car.bay) === car) this.byBay.delete(car.bay);
    car.bay = bay;
    if (bay) this.byBay.set(bay, car);
  }

  read(text: string): Meaning {
    const plain = text.normalize("NFKC").trim();
    if (ADDRESS.test(plain)) return { wrong: "address" };
    const tight = plain.toUpperCase().replace(/[\s·]/g, "");
    const [, letter, mark, code] = LABEL.exec(tight) ?? [];
    if (code) return this.label(letter!, mark!, code);
    const short = (OLD_LABEL.exec(tight) ?? [])[1] ?? (TYPED_LABEL.test(tight) ? tight : "");
    if (short && this.byLabel.has(short)) return this.byLabel.get(short)!;
    if (tight.includes(":")) return { wrong: "label", ask: true };
    return this.typed(tight);
  }

  private label(letter: string, mark: string, code: string): Meaning {
    if (mark !== this.mark) return { wrong: "elsewhere" };
    if (letter !== "V" && letter !== "B") return { wrong: "neither" };
    return this.byLabel.get(code) ?? { wrong: "label", ask: true };
  }

  private typed(tight: string): Meaning {
    const found = this.byText.get(tight) ?? [];
    const [, zone, number] = BAY.exec(tight) ?? [];
    const bay = zone ? this.byCode.get(`${zone}-${number!.padStart(2, "0")}`) : undefined;
    if (found.length > 1) return { many: found, bay };
    if (found.length || bay) return { car: found[0], bay };
    return { wrong: "unknown", ask: true };
  }
}

/** What people call a car. */
export function nameOf(car: Car): string {
  return car.plate || car.vin.slice(-6);
}
