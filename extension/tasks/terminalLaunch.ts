import * as path from "node:path";
import type { DebugpyConfiguration } from "../debugging/debugpyConfiguration";
import type { LaunchAttributes } from "../debugging/launchAttributes";
import { resolveLaunch } from "../debugging/resolveLaunch";
import { Backend } from "../python/backend";
import { PythonService } from "../python/service";
import { BUNDLE } from "./project";

/** debugpy's adapter in the bundle that the VSIX carries. */
export const ADAPTER = new Backend(BUNDLE).debugAdapter;

/** The configuration that F5 on a file resolves to, without an editor and its settings. */
export async function resolveInTerminal(
  folder: string,
  activeFile: string,
  attributes: LaunchAttributes = {},
): Promise<DebugpyConfiguration> {
  const python = new PythonService(
    new Backend(BUNDLE),
    {
      isTrusted: () => true,
      pythonPath: nothing,
      modelDir: nothing,
      selected: async () => undefined,
    },
    BUNDLE,
  );
  const context = {
    folder,
    activeFile: path.resolve(folder, activeFile),
    choose: async () => undefined,
  };
  const resolution = await resolveLaunch(attributes, context, python);
  switch (resolution.kind) {
    case "launch":
      return resolution.configuration;
    case "problem":
      throw new Error(resolution.problem.message);
    case "cancelled":
      throw new Error(`There are several entry scripts in ${folder}.`);
  }
}

function nothing(): undefined {
  return undefined;
}
