/** A line that the server has logged, in the published format. */
export interface LogLine {
  readonly time: string;
  readonly level: Level;
  readonly pid: number;
  readonly logger: string;
  readonly message: string;
}

export type Level = "D" | "I" | "W" | "E" | "C";

// 2026-11-20 16:49:21,921 I [PID] logger - message
const LINE =
  /^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}) ([DIWEC]) \[(\d{1,10})\] (\S{1,200}) - ([^\n]*)$/;
const ID_AT_END = /\[([^\s[\]]{1,100})\]$/;
/** What the server makes up, and what others use as an id; `[1]` ends many a message, too. */
const LIKELY_ID = /^[\w.:-]{8,100}$/;
/** The line of a request itself: whatever stands there in brackets is its id. */
const ACCESS = /^[A-Z]{3,10} \S{1,4000} \d{3} [\d.]{1,20}ms (?:\d{1,20}|N\/A) \[/;

export function parseLine(text: string): LogLine | undefined {
  const match = LINE.exec(text);
  if (!match) {
    return undefined;
  }
  const [, time = "", level, pid, logger = "", message = ""] = match;
  return { time, level: level as Level, pid: Number(pid), logger, message };
}

/** The id of the request that a line of a message belongs to. */
export function requestIdOf(message: string): string | undefined {
  const [, id] = ID_AT_END.exec(message) ?? [];
  return id !== undefined && (LIKELY_ID.test(id) || ACCESS.test(message)) ? id : undefined;
}

const ISO_TIME = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.(\d{3}))?/;

interface Members {
  readonly time: string;
  readonly level: string;
  readonly logger: string;
  readonly pid: number;
  readonly message: string;
  readonly request_id?: string;
  readonly exception?: string;
}

/** A line of `--log_format json` as the lines that people get; any other line as it is. */
export function readableLines(line: string): readonly string[] {
  const members = line.startsWith("{") ? membersOf(line) : undefined;
  if (!members) {
    return [line];
  }
  const { level, pid, logger, message, request_id: id, exception } = members;
  // Python leaves the fraction of a whole second out.
  const [, date, time, fraction = "000"] = ISO_TIME.exec(members.time) ?? [];
  const moment = date === undefined ? members.time : `${date} ${time},${fraction}`;
  const text = `${moment} ${level.slice(0, 1)} [${pid}] ${logger} - ${message}`;
  return [...`${text}${id ? ` [${id}]` : ""}`.split("\n"), ...(exception?.split("\n") ?? [])];
}

function membersOf(line: string): Members | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  const members = value as Partial<Record<keyof Members, unknown>>;
  const texts = [members.time, members.level, members.logger, members.message];
  return texts.every((each) => typeof each === "string") && typeof members.pid === "number"
    ? (value as Members)
    : undefined;
}
