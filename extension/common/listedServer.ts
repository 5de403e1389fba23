/** What `azmlinfsrv ps --json` says of each server, whoever asks. */
export interface ListedServer {
  readonly pid: number;
  readonly port: number;
  readonly host: string;
  readonly entry_script: string;
  readonly model_dir: string | null;
  readonly python: string;
  readonly version: string;
  /** ISO 8601, UTC. */
  readonly started: string;
  /** The processes that score. */
  readonly workers: readonly number[];
  /** Whether a debugger started it. */
  readonly is_debuggee: boolean;
  /** Whether it has a debugger already. */
  readonly is_attached: boolean;
}
