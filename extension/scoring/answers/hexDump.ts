const PER_LINE = 16;

/** Bytes as offset, sixteen hex numbers and the characters that can be shown. */
export function hexDump(bytes: Uint8Array): string {
  const lines: string[] = [];
  for (let offset = 0; offset < bytes.length; offset += PER_LINE) {
    const row = [...bytes.subarray(offset, offset + PER_LINE)];
    const numbers = row.map((byte) => byte.toString(16).padStart(2, "0"));
    const halves = [numbers.slice(0, 8).join(" "), numbers.slice(8).join(" ")];
    const characters = row.map((byte) =>
      byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : ".",
    );
    lines.push(
      `${offset.toString(16).padStart(8, "0")}  ${halves[0]?.padEnd(23)}  ${halves[1]?.padEnd(23)}  ${characters.join("")}`,
    );
  }
  return lines.join("\n");
}
