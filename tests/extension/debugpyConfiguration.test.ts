import assert from "node:assert/strict";
import { test } from "node:test";
import {
  debugpyConfiguration,
  type ResolvedLaunch,
} from "../../extension/debugging/debugpyConfiguration";
import type { LaunchAttributes } from "../../extension/debugging/launchAttributes";

const FORK_GUARD = "OBJC_DISABLE_INITIALIZE_FORK_SAFETY";

function configuration(attributes: LaunchAttributes, env: Record<string, string> = {}) {
  const launch: ResolvedLaunch = {
    ...{ attributes, env, modelDir: undefined, batch: undefined },
    ...{ entryScript: "/w/score.py", python: "python", cwd: "/w", eventsFile: "/tmp/e/events" },
    ...{ bundle: "/bundle", bootstrap: "/bundle/bootstrap.py" },
  };
  return debugpyConfiguration(launch);
}

test("on macOS forked workers that touch Objective-C live on, unless the user wants it otherwise", (t) => {
  const described = Object.getOwnPropertyDescriptor(process, "platform") ?? {};
  t.after(() => Object.defineProperty(process, "platform", described));
  const on = (platform: NodeJS.Platform, env?: Record<string, string>) => {
    Object.defineProperty(process, "platform", { ...described, value: platform });
    return configuration({}, env).env[FORK_GUARD];
  };
  assert.equal(on("darwin"), "YES");
  assert.equal(on("darwin", { [FORK_GUARD]: "NO" }), "NO");
  assert.equal(on("linux"), undefined);
});

test("the user's own wish to validate files is granted, and nobody else sees its warnings", () => {
  const variable = "PYDEVD_DISABLE_FILE_VALIDATION";
  assert.equal(configuration({}).env[variable], "1");
  assert.equal(configuration({}, { [variable]: "0" }).env[variable], "0");
});

test("each console gets what the server prints from one side only", () => {
  const told = (console?: string) => {
    const attributes = console === undefined ? {} : { console };
    const resolved = configuration(attributes as LaunchAttributes);
    return [resolved.console, resolved.redirectOutput, resolved.internalConsoleOptions];
  };
  assert.deepEqual(told(), ["internalConsole", true, "openOnSessionStart"]);
  assert.deepEqual(told("integratedTerminal"), ["integratedTerminal", false, "neverOpen"]);
  assert.deepEqual(told("externalTerminal"), ["externalTerminal", false, "neverOpen"]);
});
