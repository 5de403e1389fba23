import { randomBytes } from "node:crypto";
import * as path from "node:path";
import { Follower } from "../../extension/debugging/attach/follower";
import { DapConnection } from "../../extension/tasks/dapConnection";
import { BUNDLE, ROOT } from "../../extension/tasks/project";
import { PYTHON } from "./contenders";

const ADAPTER = path.join(ROOT, "python_backend/azmlinfsrv/debugging/adapter.py");
const LIMIT_MS = 20_000;

/**
 * Attach a debugger to the worker of a running server, as the extension does when one is chosen;
 * returns what detaches it.
 */
export async function attachDebugger(pid: number, cwd: string): Promise<() => Promise<void>> {
  const token = randomBytes(32).toString("hex");
  const env = { AZMLINFSRV_ADAPTER_TOKEN: token };
  let follower: Follower | undefined;
  let dap: DapConnection | undefined;
  const detach = async () => {
    await dap?.request("disconnect", { terminateDebuggee: false }).catch(() => undefined);
    dap?.close();
    follower?.leave();
  };
  const attached = new Promise<void>((resolve, reject) => {
    setTimeout(() => reject(new Error("The debugger did not attach.")), LIMIT_MS).unref();
    follower = new Follower(PYTHON, path.join(BUNDLE, "bootstrap.py"), pid, {
      worker: (worker) => {
        dap = DapConnection.spawn(PYTHON, ADAPTER, cwd, env);
        dap.events.once("debugpyWaitingForServer", ({ host, port }) =>
          follower?.offer(worker, { host, port, access_token: token }),
        );
        begin(dap).then(resolve, reject);
      },
      failed: (_, reason) => reject(new Error(reason)),
      ended: (reason) => reject(new Error(reason ?? "The server has ended.")),
    });
  });
  try {
    await attached;
  } catch (error) {
    await detach();
    throw error;
  }
  return detach;
}

async function begin(dap: DapConnection): Promise<void> {
  await dap.request("initialize", { adapterID: "azmlinfsrv", pathFormat: "path" });
  const initialized = dap.event("initialized");
  const listen = { host: "127.0.0.1", port: 0 };
  const attached = dap.request("attach", { listen, justMyCode: true });
  await Promise.race([initialized, attached]);
  await dap.request("configurationDone");
  await attached;
}
