import * as l10n from "@vscode/l10n";
/** What a path leads to; undefined when there is nothing. Asked of the disk, or of a test. */
export type LookUp = (path: string) => "file" | "folder" | undefined;

/** Where the paths in a debug configuration lead. */
export interface Places {
  /** The workspace folder: relative paths start there. */
  readonly root: string;
  /** The absolute path that a path in the configuration means. */
  resolve(named: string): string;
  readonly lookUp: LookUp;
}

/** An attribute of a debug configuration: what the manifest says of it, and what is checked. */
export interface Attribute {
  /** The types that JSON has, as in the manifest. */
  readonly type: "string" | "integer" | "boolean" | "array" | "object";
  /** What holds when the attribute is left out, if that is one value. */
  readonly default?: unknown;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  /** Of an object with named parts. */
  readonly properties?: Readonly<Record<string, Attribute>>;
  readonly required?: readonly string[];
  /** Of a list. */
  readonly items?: Attribute;
  /** What is wrong with a value, as a sentence; undefined when nothing is. */
  check(name: string, value: unknown, places: Places): string | undefined;
}

type Declared = Pick<Attribute, "default">;

/** A text of the user's own choice. */
export function text(declared: Declared = {}): Attribute {
  return { type: "string", ...declared, check: checkText };
}

/** One of these words. */
export function word(allowed: readonly string[], declared: Declared = {}): Attribute {
  const check: Attribute["check"] = (name, value) =>
    allowed.includes(value as string) ? undefined : wrongType(name, value, allowed.join(", "));
  return { type: "string", enum: allowed, ...declared, check };
}

/** The path of a file or folder that has to be there. */
export function existing(what: "file" | "folder", declared: Declared = {}): Attribute {
  const check: Attribute["check"] = (name, value, places) =>
    checkText(name, value) ?? checkPath(name, value as string, what, places);
  return { type: "string", ...declared, check };
}

/** The path of an executable, or a name that the system looks up on the PATH. */
export function program(): Attribute {
  const check: Attribute["check"] = (name, value, places) =>
    checkText(name, value) ??
    (/[\\/]/.test(value as string) ? checkPath(name, value as string, "file", places) : undefined);
  return { type: "string", check };
}

export function flag(value: boolean): Attribute {
  const check: Attribute["check"] = (name, given) =>
    typeof given === "boolean" ? undefined : wrongType(name, given, l10n.t("true or false"));
  return { type: "boolean", default: value, check };
}

/**
 * A whole number. A variable (`${input:port}`, `${env:PORT}`) is always replaced by a text, so
 * digits in a text are a number, too.
 */
export function wholeNumber(
  minimum: number,
  maximum: number | undefined,
  declared: Declared = {},
): Attribute {
  const check: Attribute["check"] = (name, value) => {
    const number = toNumber(value);
    const fits = Number.isInteger(number) && number >= minimum && number <= (maximum ?? number);
    return fits ? undefined : wrongType(name, value, rangeInWords(minimum, maximum));
  };
  const ends = maximum === undefined ? { minimum } : { minimum, maximum };
  return { type: "integer", ...ends, ...declared, check };
}

function rangeInWords(minimum: number, maximum: number | undefined): string {
  return maximum === undefined
    ? l10n.t("a whole number from {0}", minimum)
    : l10n.t("a whole number from {0} to {1}", minimum, maximum);
}

/** The number that a value of `wholeNumber` means. */
export function toNumber(value: unknown): number {
  return typeof value === "string" && /^\d+$/.test(value) ? Number(value) : (value as number);
}

export function texts(declared: Declared = {}): Attribute {
  const check: Attribute["check"] = (name, value) =>
    Array.isArray(value) && value.every((item) => typeof item === "string")
      ? undefined
      : wrongType(name, value, l10n.t("a list of texts"));
  return { type: "array", ...declared, check };
}

/** Environment variables. */
export function variables(declared: Declared = {}): Attribute {
  const check: Attribute["check"] = (name, value) =>
    isObject(value) && Object.values(value).every((item) => typeof item === "string")
      ? undefined
      : wrongType(name, value, l10n.t("an object whose values are texts"));
  return { type: "object", ...declared, check };
}

/** An object with these attributes. */
export function structure(
  parts: Readonly<Record<string, Attribute>>,
  required: readonly string[],
): Attribute {
  const check: Attribute["check"] = (name, value, places) => {
    if (!isObject(value)) {
      return wrongType(name, value, l10n.t("an object with {0}", Object.keys(parts).join(", ")));
    }
    const missing = required.find((part) => value[part] === undefined);
    if (missing) {
      return l10n.t("{0} in launch.json has no {1}.", name, missing);
    }
    for (const [part, given] of Object.entries(value)) {
      const attribute = parts[part];
      if (!attribute) {
        return l10n.t(
          "{0} in launch.json has only {1}, not {2}.",
          name,
          Object.keys(parts).join(", "),
          part,
        );
      }
      const mistake = attribute.check(`${name}.${part}`, given, places);
      if (mistake) {
        return mistake;
      }
    }
    return undefined;
  };
  return { type: "object", properties: parts, required, check };
}

/** A list whose items are of one kind. */
export function listOf(item: Attribute, declared: Declared = {}): Attribute {
  const check: Attribute["check"] = (name, value, places) =>
    Array.isArray(value)
      ? value
          .map((given, index) => item.check(`${name}[${index}]`, given, places))
          .find((mistake) => mistake !== undefined)
      : wrongType(name, value, l10n.t("a list"));
  return { type: "array", items: item, ...declared, check };
}

function checkText(name: string, value: unknown): string | undefined {
  if (typeof value !== "string") {
    return wrongType(name, value, l10n.t("a text"));
  }
  // An environment variable that is not set leaves nothing where ${env:NAME} stood.
  return value.trim() === "" ? l10n.t("{0} in launch.json is empty.", name) : undefined;
}

function checkPath(
  name: string,
  value: string,
  what: "file" | "folder",
  places: Places,
): string | undefined {
  const path = places.resolve(value);
  const found = places.lookUp(path);
  if (found === undefined) {
    return l10n.t("{0} in launch.json: {1} does not exist.", name, path);
  }
  if (found === what) {
    return undefined;
  }
  return found === "file"
    ? l10n.t("{0} in launch.json: {1} is a file, not a folder.", name, path)
    : l10n.t("{0} in launch.json: {1} is a folder, not a file.", name, path);
}

function wrongType(name: string, value: unknown, allowed: string): string {
  return l10n.t(
    "{0} in launch.json cannot be {1}. Allowed: {2}.",
    name,
    JSON.stringify(value),
    allowed,
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
