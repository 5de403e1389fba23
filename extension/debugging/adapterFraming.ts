/**
 * The framing of JSON-RPC, in a module of its own so that only a session loads it: it is a quarter of
 * what an activation would wait for.
 */
export { StreamMessageReader, StreamMessageWriter } from "vscode-jsonrpc/node";
