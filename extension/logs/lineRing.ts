/** The last lines of a log, so many and so long that a window can hold them for every server. */
export class LineRing {
  private kept: string[] = [];
  private characters = 0;
  private first = 0;

  constructor(
    private readonly mostLines = 10_000,
    private readonly mostCharacters = 2_000_000,
  ) {}

  add(line: string): void {
    this.kept.push(line);
    this.characters += line.length + 1;
    while (this.length > this.mostLines || (this.characters > this.mostCharacters && this.length)) {
      this.characters -= (this.kept[this.first]?.length ?? 0) + 1;
      this.first += 1;
    }
    // Moved together now and then: removing the first line each time would move all others.
    if (this.first > this.mostLines) {
      this.kept = this.kept.slice(this.first);
      this.first = 0;
    }
  }

  get length(): number {
    return this.kept.length - this.first;
  }

  get lines(): readonly string[] {
    return this.kept.slice(this.first);
  }
}
