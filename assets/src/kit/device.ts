// What this device keeps: acts that are not acknowledged, their files, and who works here.
//
// Nothing leaves `acts` or `files` before the server has acknowledged it or a person has settled it.

import { type DBSchema, type IDBPDatabase, openDB } from "idb";

/** waiting: for its turn or for signal. refused: needs a person. sent: acknowledged, kept a while to be seen. */
export type ActState = "waiting" | "refused" | "sent";
export type Pair = [name: string, value: string];

/** A file of an act. `upload`: where its resumable upload goes on; `done`: it is there as a whole. */
export interface FileOf {
  field: string;
  name: string;
  type: string;
  size: number;
  upload?: string;
  done?: boolean;
}

/** One form submission made on this device. Times are the device's, in ms. */
export interface Act {
  id: string;
  seq?: number;
  lane: string;
  /** Needs no order: a refused act before it in its lane does not hold it up. */
  free: boolean;
  title: string;
  page: string;
  url: string;
  person: string;
  personName: string;
  fields: Pair[];
  /** Fields as only their person reads them; then `fields` is empty and the files are sealed too. */
  sealed?: Blob;
  /** The device's own signature, when its person gave only a PIN without signal. */
  signed?: { device: string; digest: string; signature: string };
  /** What the form calls its fields. */
  labels?: Record<string, string>;
  /** The act that goes when the server has taken this one. */
  settles?: string;
  files: FileOf[];
  at: number;
  /** The device's clock had gone back since the act before. */
  back: boolean;
  state: ActState;
  tries: number;
  /** Why it waits: a word of `WHY`; or, refused, the server's own sentence. */
  why: string;
  code?: string;
  status?: number;
  location?: string;
  sentAt?: number;
}

interface Kept extends DBSchema {
  acts: { key: number; value: Act; indexes: { id: string; lane: string; state: ActState } };
  files: { key: [act: string, n: number]; value: Blob };
  facts: { key: string; value: unknown };
}

export type Device = IDBPDatabase<Kept>;

let opened: Promise<Device> | null = null;

/** The device's memory; one connection a page. */
export function device(): Promise<Device> {
  opened ??= openDB<Kept>("shuzhan", 1, {
    upgrade(db) {
      const acts = db.createObjectStore("acts", { keyPath: "seq", autoIncrement: true });
      acts.createIndex("id", "id", { unique: true });
      acts.createIndex("lane", "lane");
      acts.createIndex("state", "state");
      db.createObjectStore("files");
      db.createObjectStore("facts");
    },
    terminated: () => (opened = null),
  });
  return opened;
}

export async function fact<T>(name: string): Promise<T | undefined> {
  return (await (await device()).get("facts", name)) as T | undefined;
}

export async function setFact(name: string, value: unknown): Promise<void> {
  await (await device()).put("facts", value, name);
}

export async function dropFact(name: string): Promise<void> {
  await (await device()).delete("facts", name);
}
