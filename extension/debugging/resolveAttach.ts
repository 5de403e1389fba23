import * as l10n from "@vscode/l10n";
import type { Problem } from "../common/problem";
import type { ListServers } from "./attach/runningServer";
import {
  type ServerAttachConfiguration,
  serverAttachConfiguration,
} from "./attach/serverAttachConfiguration";
import type { Address, AttachAttributes, PathMapping } from "./attachAttributes";
import { toNumber } from "./attributeKinds";
import { checkAttachAttributes } from "./checkAttributes";
import { bundleRules, passedOn } from "./debugpyConfiguration";
import { DEBUG_TYPE } from "./launchAttributes";
import { placesIn } from "./places";
import { isProblem, type PythonServices } from "./resolveLaunch";

/** The configuration that debugpy gets to attach. */
export interface DebugpyAttachConfiguration {
  readonly type: typeof DEBUG_TYPE;
  readonly request: "attach";
  readonly name: string;
  /** An adapter that listens already … */
  readonly connect?: { readonly host: string; readonly port: number };
  /** … or where the adapter, run by `python` in `cwd`, is to listen. */
  readonly listen?: { readonly host: string; readonly port: number };
  /** … or a process that it enters from outside. */
  readonly processId?: number;
  readonly python?: readonly string[];
  readonly cwd?: string;
  readonly pathMappings: readonly PathMapping[];
  readonly justMyCode: boolean;
  readonly rules: readonly { readonly path: string; readonly include: boolean }[];
  readonly subProcess: true;
}

export interface AttachContext {
  readonly folder: string | undefined;
  readonly listServers: ListServers;
}

export type AttachResolution =
  | {
      readonly kind: "attach";
      readonly configuration: DebugpyAttachConfiguration | ServerAttachConfiguration;
    }
  | { readonly kind: "problem"; readonly problem: Problem }
  | { readonly kind: "cancelled" };

/** Where Azure ML's images keep the code of a deployment. */
const CONTAINER_CODE = "/var/azureml-app";

/** Turn what the user wrote into the configuration that debugpy gets. */
export async function resolveAttach(
  attributes: AttachAttributes,
  context: AttachContext,
  python: PythonServices,
): Promise<AttachResolution> {
  const root = context.folder ?? ".";
  const places = placesIn(root);
  const mistake = checkAttachAttributes(attributes, places);
  if (mistake) {
    return { kind: "problem", problem: mistake };
  }
  const justMyCode = attributes.justMyCode ?? true;
  const isHere = attributes.connect ? await isOnThisMachine(attributes.connect, context) : true;
  const common = {
    type: DEBUG_TYPE,
    request: "attach",
    name: attributes.name || "Azure ML: attach",
    pathMappings: pathMappings(attributes, context.folder, isHere).map(
      ({ localRoot, remoteRoot }) => ({
        localRoot: places.resolve(localRoot),
        remoteRoot,
      }),
    ),
    justMyCode,
    rules: bundleRules(python.bundle, justMyCode),
    subProcess: true,
    ...passedOn(attributes),
  } as const;
  if (attributes.connect) {
    const connect = withHost(attributes.connect);
    return { kind: "attach", configuration: { ...common, connect } };
  }
  if (attributes.listen) {
    const interpreter = await python.interpreter(undefined, context.folder);
    return isProblem(interpreter)
      ? { kind: "problem", problem: interpreter }
      : {
          kind: "attach",
          configuration: {
            ...common,
            listen: withHost(attributes.listen),
            python: [interpreter.executable],
            cwd: root,
          },
        };
  }
  const found = await context.listServers();
  if (isProblem(found)) {
    return { kind: "problem", problem: found };
  }
  const pid = Number(attributes.processId);
  const server = found.servers.find((each) => each.pid === pid || each.workers.includes(pid));
  if (server) {
    const configuration = serverAttachConfiguration(server, attributes, python.bundle);
    return { kind: "attach", configuration: { ...configuration, ...passedOn(attributes) } };
  }
  const foreign = found.published.find((each) => each.pid === pid);
  const refusal = foreign ? foreign.refusal : noServer(pid);
  if (refusal !== null || foreign === undefined) {
    return { kind: "problem", problem: { message: refusal ?? noServer(pid), actions: [] } };
  }
  // The adapter enters the process by itself, from Python 3.14 on with the process's own Python.
  const program = { processId: pid, python: [foreign.python], cwd: root };
  return { kind: "attach", configuration: { ...common, ...program } };
}

function noServer(pid: number): string {
  return l10n.t(
    "No server of yours has the pid {0}. Choose one with Azure ML: Attach to Running Server.",
    pid,
  );
}

/** Whether the port belongs to a server that sees the same files; a container's has no record here. */
async function isOnThisMachine(
  { host = "127.0.0.1", port }: Address,
  { listServers }: AttachContext,
): Promise<boolean> {
  const isLoopback = host === "localhost" || host === "::1" || host.startsWith("127.");
  const found = isLoopback ? await listServers() : undefined;
  return (
    found !== undefined &&
    !isProblem(found) &&
    found.servers.some((server) => server.debug_port === toNumber(port))
  );
}

/** As written; for a server elsewhere, the container's folder is the workspace folder. */
function pathMappings(
  { pathMappings: written }: AttachAttributes,
  folder: string | undefined,
  isHere: boolean,
): readonly PathMapping[] {
  if (written) {
    return written;
  }
  return !isHere && folder ? [{ localRoot: folder, remoteRoot: CONTAINER_CODE }] : [];
}

function withHost({ host, port }: Address): { readonly host: string; readonly port: number } {
  return { host: host ?? "127.0.0.1", port: toNumber(port) };
}
