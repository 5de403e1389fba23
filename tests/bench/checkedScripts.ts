// A project with many entry scripts, the same every time: what `azmlinfsrv check` is measured on.

import * as fs from "node:fs";
import * as path from "node:path";

const SEED = 2026;
const SCRIPTS_PER_FOLDER = 20;

/** Write `count` entry scripts, each in a folder of deployments, below `root`. */
export function writeScripts(root: string, count: number): void {
  const chance = random(SEED);
  for (let number = 0; number < count; number += 1) {
    const folder = path.join(root, `endpoint_${Math.floor(number / SCRIPTS_PER_FOLDER)}`);
    const models = path.join(folder, "model", "artifacts");
    fs.mkdirSync(models, { recursive: true });
    for (const place of [models, path.dirname(models)]) {
      fs.writeFileSync(path.join(place, `model_${number}.pkl`), "");
    }
    fs.writeFileSync(path.join(folder, `score_${number}.py`), script(number, chance));
    if (number % SCRIPTS_PER_FOLDER === 0) {
      fs.writeFileSync(path.join(folder, "deployment.yml"), deployment(number));
    }
  }
}

function deployment(number: number): string {
  return `$schema: https://azuremlschemas.azureedge.net/latest/managedOnlineDeployment.schema.json
name: blue
endpoint_name: endpoint
model:
  path: model
code_configuration:
  code: .
  scoring_script: score_${number}.py
instance_type: Standard_DS3_v2
instance_count: 1
`;
}

type Chance = () => number;

/** Numbers from 0 to 1, the same from the same seed (mulberry32). */
function random(seed: number): Chance {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function oneOf<T>(items: readonly T[], chance: Chance): T {
  return items[Math.floor(chance() * items.length)] as T;
}

function script(number: number, chance: Chance): string {
  const helpers = Array.from({ length: Math.floor(chance() * 5) }, (_, each) =>
    helper(each, chance),
  );
  const [imports, decorators, body] = oneOf(RUNS, chance);
  // One in ten has a mistake.
  const run = chance() < 0.1 ? "Run" : "run";
  return [
    `"""Score requests with model ${number}."""\n`,
    "import json\nimport logging\nimport os\nimport time\n",
    imports,
    `\nMODEL_NAME = "model_${number}.pkl"\nTHRESHOLD = ${chance().toFixed(3)}\n\n`,
    ...helpers,
    oneOf(INITS, chance),
    `${decorators}def ${run}(data):\n    ${body.replaceAll("\n", "\n    ")}\n`,
  ].join("\n");
}

function helper(number: number, chance: Chance): string {
  const factor = chance().toFixed(2);
  return `
def prepare_${number}(rows, scale=${factor}):
    """Scale the rows, and leave out what is not a number."""
    prepared = []
    for index, row in enumerate(rows):
        if row is None:
            logging.warning("row %d is empty", index)
            continue
        try:
            prepared.append([float(value) * scale for value in row])
        except (TypeError, ValueError) as error:
            raise ValueError(f"row {index} cannot be used: {error}") from error
    return prepared

`;
}

const INITS = [
  `
def init():
    global model
    model_path = os.path.join(os.getenv("AZUREML_MODEL_DIR"), MODEL_NAME)
    model = joblib.load(model_path)
    logging.info("init complete")

`,
  `
def init():
    """Load the model."""
    global model
    started = time.time()
    folder = os.environ["AZUREML_MODEL_DIR"]
    for name in sorted(os.listdir(folder)):
        logging.info("found %s", name)
    with open(os.path.join(folder, "artifacts", MODEL_NAME), "rb") as file:
        model = pickle.load(file)
    logging.info("loaded in %.1f s", time.time() - started)

`,
] as const;

const LIBRARIES = "\nimport joblib\nimport numpy as np\nimport pandas as pd\nimport pickle\n";
const SCHEMA_IMPORTS = `${LIBRARIES}
from inference_schema.parameter_types.numpy_parameter_type import NumpyParameterType
from inference_schema.parameter_types.pandas_parameter_type import PandasParameterType
from inference_schema.schema_decorators import input_schema, output_schema
`;

/** Imports, decorators, and the body of run(). */
const RUNS: readonly (readonly [string, string, string])[] = [
  [
    LIBRARIES,
    "",
    `try:
    rows = np.array(json.loads(data)["data"])
    result = model.predict(rows)
    return result.tolist()
except Exception as error:
    logging.exception("scoring failed")
    return {"error": str(error)}`,
  ],
  [
    SCHEMA_IMPORTS,
    `SAMPLE = np.array([[0.1, 0.2, 0.3, 0.4], [0.5, 0.6, 0.7, 0.8]])


@input_schema("data", NumpyParameterType(SAMPLE))
@output_schema(NumpyParameterType(np.array([1.0, 2.0])))
`,
    `started = time.time()
result = model.predict(data)
logging.info("predicted in %.3f s", time.time() - started)
return [value if value > THRESHOLD else 0.0 for value in result.tolist()]`,
  ],
  [
    SCHEMA_IMPORTS,
    `SAMPLE = pd.DataFrame({"age": [35, 61], "income": [41000.0, 38000.0], "city": ["a", "b"]})


@input_schema("data", PandasParameterType(SAMPLE))
`,
    `frame = data.fillna(0)
frame["ratio"] = frame["income"] / frame["age"].clip(lower=1)
probabilities = model.predict_proba(frame)[:, 1]
return {"probability": probabilities.tolist(), "label": (probabilities > THRESHOLD).tolist()}`,
  ],
  [
    `${LIBRARIES}
from azureml.contrib.services.aml_request import AMLRequest, rawhttp
from azureml.contrib.services.aml_response import AMLResponse
`,
    "@rawhttp\n",
    `if data.method == "GET":
    return AMLResponse(json.dumps({"model": MODEL_NAME}), 200)
if data.method == "POST":
    body = data.get_data(False)
    return AMLResponse(json.dumps(model.predict([body]).tolist()), 200)
return AMLResponse("bad request", 500)`,
  ],
];
