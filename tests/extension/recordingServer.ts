import * as http from "node:http";
import type { AddressInfo } from "node:net";
import type { TestContext } from "node:test";

export interface Recorded {
  readonly method: string;
  readonly url: string;
  /** Names and values as they came over the wire. */
  readonly rawHeaders: readonly string[];
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface RecordingServer {
  readonly url: string;
  readonly requests: Recorded[];
  readonly close: () => void;
}

/** A server that remembers what arrives; `answer` may do anything with the connection. */
export async function recordingServer(
  test: TestContext,
  answer: (response: http.ServerResponse, request: Recorded) => void = (response) => response.end(),
): Promise<RecordingServer> {
  const requests: Recorded[] = [];
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { method = "", url = "", rawHeaders, headers } = request;
      const recorded = { method, url, rawHeaders, headers, body: Buffer.concat(chunks) };
      requests.push(recorded);
      answer(response, recorded);
    });
  });
  const close = (): void => {
    server.close();
    server.closeAllConnections();
  };
  test.after(close);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, requests, close };
}
