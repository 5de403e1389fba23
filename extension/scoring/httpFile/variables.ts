import { randomUUID } from "node:crypto";

const DEFINITION = /^\s*@([A-Za-z_][\w.-]*)\s*=\s*(.*?)\s*$/;
const REFERENCE = /\{\{\s*([^{}]+?)\s*\}\}/g;

/** The variables that need no definition. */
const BUILT_IN: Readonly<Record<string, () => string>> = {
  $guid: randomUUID,
  $uuid: randomUUID,
  $timestamp: () => String(Math.floor(Date.now() / 1000)),
};

export function isDefinition(line: string): boolean {
  return DEFINITION.test(line);
}

/** The variables of one request file: `@host = …`, used as `{{host}}`. */
export class Variables {
  private readonly definitions = new Map<string, string>();

  constructor(lines: readonly string[]) {
    for (const line of lines) {
      const [, name, value] = DEFINITION.exec(line) ?? [];
      if (name !== undefined && value !== undefined) {
        this.definitions.set(name, value);
      }
    }
  }

  /** Put the values in; `unknown` gets the names that nothing defines. */
  substitute(text: string, unknown: (name: string) => void): string {
    return this.expand(text, unknown, []);
  }

  private expand(
    text: string,
    unknown: (name: string) => void,
    // A variable that leads back to itself has no value.
    within: readonly string[],
  ): string {
    return text.replace(REFERENCE, (reference, name: string) => {
      const defined = this.definitions.get(name);
      if (defined !== undefined && !within.includes(name)) {
        return this.expand(defined, unknown, [...within, name]);
      }
      const builtIn = Object.hasOwn(BUILT_IN, name) ? BUILT_IN[name] : undefined;
      if (builtIn !== undefined && defined === undefined) {
        return builtIn();
      }
      unknown(name);
      return reference;
    });
  }
}
