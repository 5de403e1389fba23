import { existing, flag, listOf, structure, text, wholeNumber } from "./attributeKinds";

/** Where debugpy listens, or is to listen. */
export interface Address {
  readonly host?: string;
  readonly port: number | string;
}

export interface PathMapping {
  readonly localRoot: string;
  readonly remoteRoot: string;
}

/** An attach configuration as the user writes it, after variables have been substituted. */
export interface AttachAttributes {
  readonly name?: string;
  /** One of these three says what to attach to. */
  readonly processId?: number | string;
  readonly connect?: Address;
  readonly listen?: Address;
  readonly pathMappings?: readonly PathMapping[];
  readonly justMyCode?: boolean;
}

const address = structure({ host: text({ default: "127.0.0.1" }), port: wholeNumber(1, 65535) }, [
  "port",
]);

/** The attributes of an attach; the manifest and docs/debugging.md are held to them by a test. */
export const ATTACH = {
  processId: wholeNumber(1, undefined, { default: "${command:azmlinfsrv.pickServer}" }),
  connect: address,
  listen: address,
  pathMappings: listOf(
    structure({ localRoot: existing("folder"), remoteRoot: text() }, ["localRoot", "remoteRoot"]),
    { default: [{ localRoot: "${workspaceFolder}", remoteRoot: "/var/azureml-app" }] },
  ),
  justMyCode: flag(true),
} as const;
