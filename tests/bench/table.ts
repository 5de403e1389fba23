import { type Aim, isReached, median, type Row, ratiosOf } from "./rows";

const NAME_WIDTH = 62;
const FIGURE_WIDTH = 12;
const RATIO_WIDTH = 21;

export function tableHead(): string {
  return (
    "row".padEnd(NAME_WIDTH) +
    "ours".padStart(FIGURE_WIDTH) +
    "theirs".padStart(FIGURE_WIDTH) +
    `   ${"ratio (min–max)".padEnd(RATIO_WIDTH)}aim`
  );
}

export function tableLine(row: Row): string {
  const ratios = ratiosOf(row);
  const ratio = median(ratios);
  const range = `${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)}`;
  const figure = (value: number) => shown(value, row.unit).padStart(FIGURE_WIDTH);
  return (
    row.name.padEnd(NAME_WIDTH) +
    figure(median(row.pairs.map((pair) => pair.ours))) +
    figure(median(row.pairs.map((pair) => pair.theirs))) +
    `   ${`${ratio.toFixed(2)} (${range})`.padEnd(RATIO_WIDTH)}${verdict(row.aim, ratio)}`
  );
}

function verdict(aim: Aim | undefined, ratio: number): string {
  if (aim === undefined) {
    return "–";
  }
  const sign = "atLeast" in aim ? "≥" : "≤";
  const limit = "atLeast" in aim ? aim.atLeast : aim.atMost;
  const target = aim.target === undefined ? "" : ` (target ${aim.target.toFixed(2)})`;
  return `${sign} ${limit.toFixed(2)}${target}  ${isReached(aim, ratio) ? "reached" : "MISSED"}`;
}

function shown(value: number, unit: Row["unit"]): string {
  const digits = unit === "/s" || value >= 100 ? 0 : unit === "×" ? 2 : 1;
  return `${value.toFixed(digits)} ${unit}`;
}
