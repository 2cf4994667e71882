// The few things every module asks of the page.

export function all<T extends HTMLElement>(selector: string, within: ParentNode = document): T[] {
  return Array.from(within.querySelectorAll<T>(selector));
}

export function one<T extends Element>(selector: string, within: ParentNode = document): T {
  const found = within.querySelector<T>(selector);
  if (!found) throw new Error(`the page has no ${selector}`);
  return found;
}

export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  facts: Record<string, string> = {},
  text = "",
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(facts)) made.setAttribute(name, value);
  if (text) made.textContent = text;
  return made;
}

/** Pixels of an event inside a box, as fractions of it, never outside. */
export function fraction(event: MouseEvent, box: HTMLElement): [number, number] {
  const place = box.getBoundingClientRect();
  return [
    within((event.clientX - place.left) / place.width),
    within((event.clientY - place.top) / place.height),
  ];
}

export function within(value: number, least = 0, most = 1): number {
  return Math.max(least, Math.min(most, value));
}

/** A short decimal: four places are a tenth of a pixel on a thousand. */
export function short(value: number): string {
  return value.toFixed(4);
}

export function parse<T>(text: string | undefined, otherwise: T): T {
  try {
    return text ? (JSON.parse(text) as T) : otherwise;
  } catch {
    return otherwise;
  }
}

export const calm = (): boolean => window.matchMedia("(prefers-reduced-motion: reduce)").matches;
