// A hardware scanner is a keyboard that types a code and Enter, wherever the page's focus is.

const PAUSE = 300; // ms between two keys of one code; people use the field

export class Wedge {
  private typed = "";
  private at = 0;

  /** `field`: where people type; a code and Enter in it is a scan as well. */
  constructor(
    private readonly field: HTMLInputElement,
    private readonly got: (text: string) => void,
  ) {
    document.addEventListener("keydown", (event) => this.key(event));
  }

  private key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    if (event.target === this.field) return this.inField(event);
    if ((event.target as HTMLElement).matches?.("input, textarea, select")) return;
    if (event.timeStamp - this.at > PAUSE) this.typed = "";
    this.at = event.timeStamp;
    if (event.key.length === 1) this.typed += event.key;
    else if (event.key === "Enter" && this.typed.length > 2) this.end(event, this.typed);
  }

  private inField(event: KeyboardEvent): void {
    if (event.key !== "Enter") return;
    const text = this.field.value.trim();
    this.field.value = "";
    if (text) this.end(event, text);
    else event.preventDefault();
  }

  private end(event: KeyboardEvent, text: string): void {
    event.preventDefault();
    this.typed = "";
    this.got(text);
  }
}
