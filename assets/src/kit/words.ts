// Sentences come from the template in data-say-*; places in braces are filled here.
export function say(from: HTMLElement, key: string, values: Record<string, string | number> = {}): string {
  const text = from.dataset["say" + key[0]!.toUpperCase() + key.slice(1)] ?? "";
  return text.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ""));
}
