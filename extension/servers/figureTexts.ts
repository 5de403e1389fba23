const SECOND_MS = 1000;
const MINUTE = 60;
const UNITS = ["bytes", "kB", "MB", "GB", "TB"] as const;

/** A duration as people compare it: three digits, whatever its size. */
export function duration(milliseconds: number): string {
  if (milliseconds >= SECOND_MS) {
    return `${threeDigits(milliseconds / SECOND_MS)} s`;
  }
  return `${threeDigits(milliseconds)} ms`;
}

/** How long something has been going on. */
export function elapsed(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / SECOND_MS));
  if (seconds < MINUTE) {
    return `${seconds} s`;
  }
  const minutes = Math.floor(seconds / MINUTE);
  return minutes < MINUTE
    ? `${minutes} min ${seconds % MINUTE} s`
    : `${Math.floor(minutes / MINUTE)} h ${minutes % MINUTE} min`;
}

/** An amount of memory, in the units in which processes are shown everywhere. */
export function bytes(amount: number): string {
  let unit = 0;
  let size = amount;
  while (size >= 1000 && unit < UNITS.length - 1) {
    size /= 1024;
    unit += 1;
  }
  return `${unit === 0 ? size : threeDigits(size)} ${UNITS[unit]}`;
}

function threeDigits(value: number): string {
  return value >= 100 ? String(Math.round(value)) : String(Number(value.toPrecision(2)));
}
