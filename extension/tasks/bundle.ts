import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import * as fs from "node:fs/promises";
import * as path from "node:path";
import { promisify } from "node:util";
import { PYTHON, ROOT } from "./project";

const run = promisify(execFile);

/** The four folders of bootstrap.py and the distributions in each. */
const GROUPS = {
  core: ["gunicorn", "waitress", "debugpy", "watchdog", "platformdirs", "flask-swagger-ui"],
  editor: [
    ...["pygls", "lsprotocol", "attrs", "cattrs", "typing-extensions", "exceptiongroup"],
    ...["pyflakes", "tomli"],
  ],
  web: ["flask", "werkzeug", "jinja2", "click", "itsdangerous", "blinker", "markupsafe"],
  extra: [
    ...["inference-schema", "wrapt", "python-dateutil", "six", "pytz", "tzdata", "pyyaml"],
    ...["json-with-comments", "packaging", "pathspec", "filelock"],
  ],
} as const;

/** No wheel for every platform: installed for this one, and its extension module removed. */
const WITHOUT_PURE_WHEEL: readonly string[] = ["markupsafe", "pyyaml", "watchdog"];

/** A user's own web libraries are used from the first version on, below the second. */
const WEB_VERSIONS = {
  flask: ["3.0", "4"],
  werkzeug: ["3.0", "4"],
  jinja2: ["3.1.2", "4"],
  click: ["8.1.3", "9"],
  itsdangerous: ["2.1.2", "3"],
  blinker: ["1.6.2", "2"],
  markupsafe: ["2.1.1", "4"],
} satisfies Record<(typeof GROUPS.web)[number], [string, string]>;

/**
 * Native code for one platform, sources of native code, and attaching by process id on Windows; of
 * Swagger UI all but the one script and the one style sheet that the API page loads.
 */
const DROPPED =
  /\.(?:pdb|pyd|c|pyx|pxd|cpp|hpp|h)$|cpython-.*\.so$|\binject_dll_|\brun_code_on_dllmain_|(?:^|\/)bin\/|\/flask_swagger_ui\/(?!__init__\.py$|LICENSE$|dist\/(?:LICENSE|VERSION|swagger-ui-bundle\.js|swagger-ui\.css)$)/;

/**
 * Two waits in debugpy that have no setting, each a line that becomes others.
 *
 * It sends the head and the body of a message apart, and the system holds the body back until the
 * head is acknowledged: 40 ms for every answer of the debuggee, ten of them in a launch and several
 * in each step. TCP_NODELAY ends that. And each process that joins sleeps 0.1 s "to give threads
 * time to start", for which Thread.start() has waited already.
 */
const DEBUGPY_PATCHES: readonly { file: string; line: string; becomes: readonly string[] }[] = [
  {
    file: "core/debugpy/_vendored/pydevd/_pydevd_bundle/pydevd_comm.py",
    line: "    s = socket(address_family, SOCK_STREAM)",
    becomes: [
      "    s = socket(address_family, SOCK_STREAM)",
      "    s.setsockopt(socket_module.IPPROTO_TCP, socket_module.TCP_NODELAY, 1)",
    ],
  },
  {
    file: "core/debugpy/common/sockets.py",
    line: "    sock = socket.socket(address_family, socket.SOCK_STREAM, socket.IPPROTO_TCP)",
    becomes: [
      "    sock = socket.socket(address_family, socket.SOCK_STREAM, socket.IPPROTO_TCP)",
      "    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)",
    ],
  },
  {
    file: "core/debugpy/_vendored/pydevd/pydevd.py",
    line: "        time.sleep(0.1)  # give threads time to start",
    becomes: [],
  },
];

/** Write the backend and its libraries, each at the locked version, into `bundle`. */
export async function bundleLibraries(bundle: string): Promise<void> {
  const backend = path.join(ROOT, "python_backend");
  const locked = await readLock(path.join(backend, "requirements", "bundle.txt"));
  await installLocked(bundle, locked);
  await fs.cp(path.join(backend, "azmlinfsrv"), path.join(bundle, "core", "azmlinfsrv"), {
    recursive: true,
    force: true,
    filter: (source) => path.basename(source) !== "__pycache__",
  });
  await fs.copyFile(path.join(backend, "bootstrap.py"), path.join(bundle, "bootstrap.py"));
  await fs.cp(path.join(backend, "bin"), path.join(bundle, "bin"), { recursive: true });
  await removeCompiled(bundle);
  const versions = Object.entries(WEB_VERSIONS).map((entry) => entry.flat().join(" "));
  await fs.writeFile(path.join(bundle, "web", "versions.txt"), `${versions.join("\n")}\n`);
}

/** Install the libraries, unless the folder holds those of the same lock already. */
async function installLocked(bundle: string, locked: ReadonlyMap<string, string>): Promise<void> {
  const stamp = `${bundle}.stamp`;
  const digest = createHash("sha256")
    .update(JSON.stringify([...locked, GROUPS, String(DROPPED), DEBUGPY_PATCHES]))
    .digest("hex");
  await fs.rm(path.join(bundle, "core", "azmlinfsrv"), { recursive: true, force: true });
  if ((await fs.readFile(stamp, "utf8").catch(() => "")) === digest) {
    return;
  }
  await fs.rm(bundle, { recursive: true, force: true });
  const unknown = [...locked.keys()].filter(
    (name) => !Object.values(GROUPS).some((names) => (names as readonly string[]).includes(name)),
  );
  if (unknown.length > 0) {
    throw new Error(`bundle.txt has libraries that belong to no group: ${unknown.join(", ")}`);
  }
  for (const [group, names] of Object.entries(GROUPS)) {
    await install(path.join(bundle, group), names, locked);
  }
  await prune(bundle);
  await patchDebugpy(bundle);
  await fs.writeFile(stamp, digest);
}

async function install(
  target: string,
  names: readonly string[],
  locked: ReadonlyMap<string, string>,
): Promise<void> {
  await fs.mkdir(target, { recursive: true });
  const pure = ["--platform=any", "--implementation=py", "--abi=none", "--python-version=3.10"];
  for (const [options, chosen] of [
    [pure, names.filter((name) => !WITHOUT_PURE_WHEEL.includes(name))],
    [[], names.filter((name) => WITHOUT_PURE_WHEEL.includes(name))],
  ] as const) {
    if (chosen.length === 0) {
      continue;
    }
    const requirements = path.join(target, "requirements.txt");
    await fs.writeFile(requirements, chosen.map((name) => locked.get(name)).join("\n"));
    await run(PYTHON, [
      ...["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-compile"],
      ...["--no-deps", "--only-binary=:all:", "--require-hashes", "--upgrade"],
      ...[...options, "--target", target, "--requirement", requirements],
    ]);
    await fs.rm(requirements);
  }
}

/** A pip lock's entries, by distribution, without environment markers: one bundle for all. */
async function readLock(file: string): Promise<Map<string, string>> {
  const text = await fs.readFile(file, "utf8");
  const entries = text.split(/\n(?=\S)/).map((entry) => entry.replace(/ ; [^\\]*/, " ").trim());
  return new Map(entries.map((entry) => [/^[^=]+/.exec(entry)?.[0] ?? "", entry]));
}

async function prune(bundle: string): Promise<void> {
  for (const entry of await fs.readdir(bundle, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name);
    if (entry.isFile() && DROPPED.test(path.relative(bundle, file).split(path.sep).join("/"))) {
      await fs.rm(file);
    }
  }
}

/** What Python compiled when the bundle was run in place. */
async function removeCompiled(bundle: string): Promise<void> {
  for (const entry of await fs.readdir(bundle, { recursive: true, withFileTypes: true })) {
    if (entry.isDirectory() && entry.name === "__pycache__") {
      await fs.rm(path.join(entry.parentPath, entry.name), { recursive: true, force: true });
    }
  }
}

async function patchDebugpy(bundle: string): Promise<void> {
  for (const { file, line, becomes } of DEBUGPY_PATCHES) {
    const lines = (await fs.readFile(path.join(bundle, file), "utf8")).split(/\r?\n/);
    if (lines.filter((candidate) => candidate === line).length !== 1) {
      throw new Error(`${file} is not the debugpy that this patch was made for.`);
    }
    lines.splice(lines.indexOf(line), 1, ...becomes);
    await fs.writeFile(path.join(bundle, file), lines.join("\n"));
  }
}
