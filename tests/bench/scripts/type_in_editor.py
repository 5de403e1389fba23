"""Types in an entry script under one language server, and prints as JSON how long it took.

    type_in_editor.py FOLDER LINES KEYSTROKES COMMAND...

From a keystroke to its diagnostics at the client: the change, the question where the server wants
to be asked, the answer. Times are milliseconds; memory is the server's, of all its processes.
"""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

HEAD = """\
import json
import os

import joblib
import numpy as np
from inference_schema.parameter_types.numpy_parameter_type import NumpyParameterType
from inference_schema.schema_decorators import input_schema, output_schema

model = None


def init():
    global model
    path = os.path.join(os.environ["AZUREML_MODEL_DIR"], "model.pkl")
    model = joblib.load(path)


@input_schema("data", NumpyParameterType(np.array([[0.1, 0.2]])))
@output_schema(NumpyParameterType(np.array([0.5])))
def run(data):
    checked = check_0(data)
    return model.predict(checked).tolist()
"""
HELPER = '''

def check_{0}(rows):
    """Return the rows that are within the limits of step {0}."""
    limits = {{"lower": -{0}.5, "upper": {0}.5}}
    kept = [row for row in rows if limits["lower"] <= row[0] <= limits["upper"]]
    if not kept:
        raise ValueError(json.dumps({{"step": {0}, "rows": len(rows)}}))
    return np.array(kept)
'''
TYPED = "    scaled = [value * 0.5 for value in checked if value is not None]"
WHERE = 21


class Client:
    def __init__(self, command, folder):
        self.process = subprocess.Popen(
            command,
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self.id = 0

    def send(self, message):
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        self.process.stdin.flush()

    def receive(self):
        length = 0
        while line := self.process.stdout.readline().strip():
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        if not length:
            raise SystemExit("The language server has ended.")
        message = json.loads(self.process.stdout.read(length))
        if "method" in message and "id" in message:
            items = message["params"].get("items", []) if message.get("params") else []
            self.send({"id": message["id"], "result": [None] * len(items) or None})
        return message

    def notify(self, method, params):
        self.send({"method": method, "params": params})

    def request(self, method, params):
        self.id += 1
        self.send({"id": self.id, "method": method, "params": params})
        while True:
            message = self.receive()
            if message.get("id") == self.id and "method" not in message:
                if "error" in message:
                    raise SystemExit(f"{method}: {message['error']}")
                return message["result"]


def capabilities():
    return {
        "general": {"positionEncodings": ["utf-16"]},
        "textDocument": {
            "diagnostic": {"relatedInformation": True, "dataSupport": True},
            "publishDiagnostics": {"versionSupport": True, "relatedInformation": True},
            "synchronization": {},
        },
        "workspace": {"configuration": True, "workspaceFolders": True},
    }


def main():
    folder, lines, keystrokes = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    text = HEAD
    while text.count("\n") < lines:
        text += HELPER.format((text.count("\n") - 22) // 9)
    script = folder / "score.py"
    script.write_text(text)
    (folder / "model").mkdir(exist_ok=True)
    (folder / "model" / "model.pkl").touch()

    began = time.perf_counter()
    client = Client(sys.argv[4:], folder)
    root = folder.as_uri()
    server = client.request(
        "initialize",
        {
            "processId": os.getpid(),
            "rootUri": root,
            "workspaceFolders": [{"uri": root, "name": "bench"}],
            "capabilities": capabilities(),
        },
    )["capabilities"]
    client.notify("initialized", {})
    uri = script.as_uri()
    pulls = "diagnosticProvider" in server

    def diagnostics(version):
        if pulls:
            return client.request("textDocument/diagnostic", {"textDocument": {"uri": uri}})
        while True:
            message = client.receive()
            params = message.get("params") or {}
            # A server that does not tell the version answers changes one by one.
            if (
                message.get("method") == "textDocument/publishDiagnostics"
                and params["uri"] == uri
                and params.get("version", version) == version
            ):
                return params

    document = {"uri": uri, "languageId": "python", "version": 1, "text": text}
    client.notify("textDocument/didOpen", {"textDocument": document})
    diagnostics(1)
    first = (time.perf_counter() - began) * 1000

    sync = server["textDocumentSync"]
    is_incremental = (sync if isinstance(sync, int) else sync["change"]) == 2
    rows = text.split("\n")
    rows.insert(WHERE, "")
    times = []
    version = 1
    for keystroke in range(-1, keystrokes):
        typed = keystroke % (len(TYPED) + 1)
        before, rows[WHERE] = rows[WHERE], TYPED[:typed]
        version += 1
        change = {"text": "\n".join(rows)}
        # The first change makes the line, and a full one empties it again.
        if is_incremental and keystroke >= 0:
            start = {"line": WHERE, "character": min(len(before), typed)}
            end = {"line": WHERE, "character": len(before)}
            change = {"range": {"start": start, "end": end}, "text": rows[WHERE][len(before) :]}
        began = time.perf_counter()
        client.notify(
            "textDocument/didChange",
            {"textDocument": {"uri": uri, "version": version}, "contentChanges": [change]},
        )
        diagnostics(version)
        if keystroke >= 5:
            times.append((time.perf_counter() - began) * 1000)
    memory = memory_of(client.process.pid)
    client.request("shutdown", None)
    client.notify("exit", None)
    client.process.stdin.close()
    client.process.wait(10)
    print(json.dumps({"first": first, "times": times, "memory": memory}))


def memory_of(pid):
    """Return the bytes that a process and its descendants hold; 0 where /proc is not there."""
    try:
        task = Path(f"/proc/{pid}/task/{pid}/children").read_text()
        own = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    rss = next(int(line.split()[1]) for line in own.splitlines() if line.startswith("VmRSS"))
    return rss * 1024 + sum(memory_of(int(child)) for child in task.split())


main()
