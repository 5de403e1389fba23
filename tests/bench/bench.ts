// `npm run bench`: the speeds and sizes this project promises, beside the published server, as
// ratios. `npm run bench -- --only score,start` measures some of them.

import { parseArgs } from "node:util";
import { activation } from "./activation";
import { batch, ray } from "./batch";
import { checkSpeed } from "./checkSpeed";
import { attach, debugged, idleChannel, requestToStop } from "./debugged";
import { deploy } from "./deploy";
import { f5ToFirstAnswer } from "./f5ToFirstAnswer";
import { gatewayOverhead } from "./gatewayOverhead";
import { languageServers } from "./languageServers";
import { largeBody } from "./largeBody";
import { memory } from "./memory";
import { profileLoad } from "./profileLoad";
import { provisionReference, type Reference } from "./reference";
import { registry } from "./registry";
import { reload } from "./reload";
import type { Row } from "./rows";
import { scoreSpeed } from "./scoreSpeed";
import { startToFirstScore } from "./startToFirstScore";
import { tableHead, tableLine } from "./table";
import { takenPort } from "./takenPort";
import { twoWorkers } from "./twoWorkers";

/** By the word that begins the names of their rows. */
const MEASUREMENTS: Readonly<Record<string, (reference: Reference) => Promise<Row[]>>> = {
  activation,
  F5: f5ToFirstAnswer,
  stop: requestToStop,
  attach,
  debugged,
  channel: idleChannel,
  score: scoreSpeed,
  start: startToFirstScore,
  memory,
  workers: twoWorkers,
  body: largeBody,
  reload,
  port: takenPort,
  typing: languageServers,
  check: checkSpeed,
  profile: profileLoad,
  registry,
  deploy,
  batch,
  ray,
  gateway: gatewayOverhead,
};

async function main(): Promise<void> {
  const chosen = chosenMeasurements();
  const reference = await provisionReference();
  const lines = [tableHead()];
  for (const [name, measure] of chosen) {
    console.log(`Measuring ${name} …`);
    try {
      lines.push(...(await measure(reference)).map(tableLine));
    } catch (error) {
      // The other rows are still worth having.
      lines.push(`${name}: FAILED`);
      console.error(`${name} could not be measured. ${(error as Error).message}`);
      process.exitCode = 1;
    }
  }
  console.log(`\n${lines.join("\n")}`);
}

function chosenMeasurements() {
  const { values } = parseArgs({ options: { only: { type: "string" } } });
  const all = Object.entries(MEASUREMENTS);
  const wanted = values.only?.toLowerCase().split(",");
  const chosen = all.filter(([name]) => wanted?.includes(name.toLowerCase()) ?? true);
  if (chosen.length < (wanted?.length ?? all.length)) {
    throw new Error(`--only takes names of ${all.map(([name]) => name).join(", ")}.`);
  }
  return chosen;
}

// Through exit(), for the servers that run are ended there.
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => process.exit(1));
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
