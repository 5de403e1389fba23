/** The oldest Python that a lock is for, as the first line of its .in file says: `# Python 3.11`. */
export function oldestPython(input: string): string | undefined {
  return /^# Python (\d+\.\d+)$/m.exec(input)?.[1];
}

/** Why a part cannot be tested with this Python; undefined if it can. */
export function tooOld(
  name: string,
  oldest: string | undefined,
  version: string,
): string | undefined {
  if (oldest === undefined || minor(version) >= minor(oldest)) {
    return undefined;
  }
  return (
    `${name} needs Python ${oldest} or newer: its lock has libraries that no longer support ` +
    `Python ${version}. Remove .venv and run this with a newer python3 on the PATH.`
  );
}

/** Python 3.9 is older than 3.10. */
function minor(version: string): number {
  return Number(version.split(".")[1]);
}
