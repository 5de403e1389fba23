import { spawn } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { BUNDLE } from "../../extension/tasks/project";
import { until } from "./driver/poll";
import { USER_PYTHON, withWorkspace } from "./workspace";

type Event = { event: string; url?: string; message?: string };

/** A server of the package, with the API page, on a script and the files beside it. */
export function withDocsServer<T>(
  files: Readonly<Record<string, string>>,
  use: (url: string) => Promise<T>,
): Promise<T> {
  return withWorkspace(files, async (folder) => {
    const events = path.join(folder, "events.jsonl");
    const words = ["--entry_script", "score.py", "--host", "127.0.0.1", "--port", "auto", "--docs"];
    const server = spawn(USER_PYTHON, [path.join(BUNDLE, "bootstrap.py"), ...words], {
      cwd: folder,
      env: { ...process.env, AZMLINFSRV_EVENTS: events },
      stdio: "ignore",
    });
    const ended = new Promise((resolve) => server.once("close", resolve));
    try {
      const url = await until("the server to be ready", async () => {
        const seen = readEvents(events);
        const ready = seen.find(({ event }) => event === "ready");
        return ready?.url ? { found: ready.url } : { seen };
      });
      return await use(url);
    } finally {
      server.kill();
      await ended;
    }
  });
}

function readEvents(file: string): Event[] {
  if (!fs.existsSync(file)) return [];
  const lines = fs.readFileSync(file, "utf8").split("\n").filter(Boolean);
  return lines.map((line) => JSON.parse(line) as Event);
}
