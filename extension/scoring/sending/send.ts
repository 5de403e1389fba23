import * as http from "node:http";
import * as https from "node:https";
import { promisify } from "node:util";
import * as zlib from "node:zlib";
import type { Header } from "../httpFile/requestDescription";
import type { Answer, NoAnswer } from "./answer";
import { bytesOf, type ResolvedRequest } from "./resolvedRequest";

/** An editor holds its documents in memory, more than once. */
const LARGEST_ANSWER = 256_000_000;

const DECODERS: Readonly<Record<string, (bytes: Uint8Array) => Promise<Uint8Array>>> = {
  gzip: promisify<Uint8Array, Buffer>(zlib.gunzip),
  "x-gzip": promisify<Uint8Array, Buffer>(zlib.gunzip),
  deflate: promisify<Uint8Array, Buffer>(zlib.inflate),
  br: promisify<Uint8Array, Buffer>(zlib.brotliDecompress),
};

/**
 * Send a request and wait for the whole answer, however long that takes. Node's own client and not
 * fetch, which gives up on a server that is silent for five minutes: a breakpoint may last longer.
 */
export function send(
  request: ResolvedRequest,
  signal: AbortSignal,
  onProgress: (received: number) => void = () => undefined,
): Promise<Answer | NoAnswer> {
  return new Promise((resolve) => {
    const started = performance.now();
    const body = bytesOf(request.body);
    let received = 0;
    let isTooLarge = false;
    const fail = (error: Error): void => {
      if (isTooLarge) {
        resolve({ kind: "tooLarge", limit: LARGEST_ANSWER });
      } else {
        resolve(signal.aborted ? { kind: "cancelled" } : noAnswer(error, received));
      }
    };
    let outgoing: http.ClientRequest;
    try {
      outgoing = open(request, body, signal);
    } catch (error) {
      // A header or a method with a character that HTTP does not allow.
      resolve({ kind: "failed", reason: error instanceof Error ? error.message : String(error) });
      return;
    }
    outgoing.on("error", fail);
    outgoing.on("response", (response) => {
      const chunks: Buffer[] = [];
      response.on("error", fail);
      response.on("data", (chunk: Buffer) => {
        chunks.push(chunk);
        received += chunk.length;
        if (received > LARGEST_ANSWER) {
          isTooLarge = true;
          response.destroy();
          fail(new Error());
          return;
        }
        onProgress(received);
      });
      response.on("end", () => {
        const milliseconds = performance.now() - started;
        void answerOf(response, Buffer.concat(chunks), milliseconds).then(resolve);
      });
    });
    outgoing.end(body);
  });
}

function open(
  { method, url, headers }: ResolvedRequest,
  body: Uint8Array,
  signal: AbortSignal,
): http.ClientRequest {
  const { request } = url.protocol === "https:" ? https : http;
  // A connection of its own: none that the server has closed in the meantime.
  const outgoing = request(url, { method, signal, agent: false });
  for (const { name, value } of headers) {
    if (name.toLowerCase() === "host") {
      outgoing.setHeader(name, value);
    } else if (!/^(?:content-length|transfer-encoding)$/i.test(name)) {
      outgoing.appendHeader(name, value);
    }
  }
  if (body.length > 0 || /^(?:POST|PUT|PATCH)$/.test(method)) {
    outgoing.setHeader("Content-Length", body.length);
  }
  return outgoing;
}

async function answerOf(
  response: http.IncomingMessage,
  bytes: Uint8Array,
  milliseconds: number,
): Promise<Answer> {
  const headers: Header[] = [];
  for (let index = 0; index + 1 < response.rawHeaders.length; index += 2) {
    const [name = "", value = ""] = response.rawHeaders.slice(index, index + 2);
    headers.push({ name, value });
  }
  const encoding = response.headers["content-encoding"]?.trim().toLowerCase() ?? "";
  const decode = Object.hasOwn(DECODERS, encoding) ? DECODERS[encoding] : undefined;
  // What cannot be decoded is shown as it came.
  const body = (await decode?.(bytes).catch(() => bytes)) ?? bytes;
  return {
    status: response.statusCode ?? 0,
    statusText: response.statusMessage ?? "",
    headers,
    body,
    milliseconds,
  };
}

function noAnswer(error: Error & { code?: string }, received: number): NoAnswer {
  switch (error.code) {
    case "ECONNREFUSED":
      return { kind: "refused" };
    case "ECONNRESET":
    case "EPIPE":
    case "HPE_INVALID_EOF_STATE":
      return { kind: "ended", received };
    default:
      // localhost may stand for several addresses, each with its own failure.
      return isRefusedEverywhere(error)
        ? { kind: "refused" }
        : { kind: "failed", reason: error.message || String(error.code ?? error) };
  }
}

function isRefusedEverywhere(error: Error): boolean {
  const errors = error instanceof AggregateError ? (error.errors as { code?: string }[]) : [];
  return errors.length > 0 && errors.every(({ code }) => code === "ECONNREFUSED");
}
