import { type ChildProcess, spawn } from "node:child_process";
import type { Terminal } from "../../extension/tasks/debugRun";

/** A terminal as the editor's: what runs in it has a terminal device of its own. */
export class TestTerminal {
  /** What it shows. */
  text = "";
  private readonly children: ChildProcess[] = [];

  /** Lets programs run here, by an interpreter that has `pty`, with variables of their own. */
  with(python: string, mark: Readonly<Record<string, string>>): Terminal {
    return (words, cwd, variables) => {
      const env = { ...process.env, ...mark, ...variables } as NodeJS.ProcessEnv;
      const inTerminal = ["-c", "import pty, sys; pty.spawn(sys.argv[1:])", ...words];
      const child = spawn(python, inTerminal, { cwd, env, stdio: ["ignore", "pipe", "inherit"] });
      child.stdout.on("data", (data) => {
        this.text += String(data);
      });
      this.children.push(child);
    };
  }

  /** Close it, as the bin beside its name does. */
  close(): void {
    for (const child of this.children) {
      child.kill("SIGKILL");
    }
  }
}
