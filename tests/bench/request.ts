import * as http from "node:http";
import { setTimeout as delay } from "node:timers/promises";

const POLL_MS = 5;
const ANSWER_LIMIT_MS = 30_000;

export interface Answer {
  readonly status: number;
  readonly text: string;
}

/** POST to `/score`, on a connection of its own. */
export function postScore(port: number, body: string | Buffer): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = http.request({
      ...{ host: "127.0.0.1", port, path: "/score", method: "POST", agent: false },
      headers: { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(body) },
      timeout: ANSWER_LIMIT_MS,
    });
    request.on("timeout", () => request.destroy(new Error(`No answer on port ${port}.`)));
    request.on("error", reject);
    request.on("response", (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() }),
      );
    });
    request.end(body);
  });
}

/** Ask until the server answers 200; `goesOn` throws when there is no use in asking again. */
export async function firstScore(port: number, body: string, goesOn: () => void): Promise<Answer> {
  const deadline = Date.now() + ANSWER_LIMIT_MS;
  let seen = "";
  while (Date.now() < deadline) {
    goesOn();
    try {
      const answer = await postScore(port, body);
      if (answer.status === 200) {
        return answer;
      }
      seen = `${answer.status} ${answer.text}`;
    } catch (error) {
      seen = String(error);
    }
    await delay(POLL_MS);
  }
  throw new Error(`No answer 200 on port ${port} in ${ANSWER_LIMIT_MS / 1000} s: ${seen}`);
}
