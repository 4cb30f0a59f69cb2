import * as fs from "node:fs";
import * as path from "node:path";

/** A generated uv workspace, and what is built from it. */
export interface Workload {
  readonly name: string;
  readonly about: string;
  /** Default: a zip. */
  readonly format?: "image";
  /** Members of the workspace that are functions. Each becomes one archive. */
  readonly functions: readonly string[];
  /** Files of the workspace, except the lock. */
  readonly files: Readonly<Record<string, string>>;
  /** Module of a local package that others depend on. */
  readonly edited: string;
  /** A small locked package that has many versions. The workspace's root pins it. */
  readonly bumped: { readonly name: string; readonly versions: readonly string[] };
}

/** Its versions hardly differ in size, and all run on any Python 3. */
const bumped = { name: "idna", versions: ["3.2", "3.3", "3.4", "3.5", "3.6", "3.7", "3.8", "3.9", "3.10", "3.11"] };
const edited = "libs/base/src/base/__init__.py";

interface Member {
  readonly folder: "apps" | "libs";
  readonly name: string;
  readonly dependencies: readonly string[];
  /** Members that it depends on. */
  readonly members: readonly string[];
}

const base: Member = { folder: "libs", name: "base", dependencies: [], members: [] };

function lib(name: string, members: readonly string[], dependencies: readonly string[] = []): Member {
  return { folder: "libs", name, dependencies, members };
}

function app(name: string, members: readonly string[], dependencies: readonly string[]): Member {
  return { folder: "apps", name, dependencies: ["idna", ...dependencies], members };
}

const ten = Array.from({ length: 10 }, (_, i) => `fn${i}`);

export const workloads: readonly Workload[] = [
  workload("W1", "boto3, pydantic, numpy", [
    app("api", ["shared"], ["boto3==1.40.0", "pydantic==2.11.7", "numpy==2.3.2"]),
    lib("shared", ["base"]),
    base,
  ]),
  workload("W2", "a workspace, members that depend on members", [
    app("api", ["service", "models"], ["boto3==1.40.0", "requests==2.32.4"]),
    lib("service", ["models", "store"]),
    lib("store", ["base"]),
    lib("models", ["base"], ["pydantic==2.11.7"]),
    base,
  ]),
  workload("W3", "ten functions on one lock, built by one process", [
    ...ten.map((name) => app(name, ["models"], ["httpx==0.28.1", "aws-lambda-powertools==3.18.0"])),
    lib("models", ["base"], ["pydantic==2.11.7"]),
    base,
  ]),
  workload("W4", "pandas, scikit-learn, a tree near Lambda's limit", [
    app("api", ["shared"], ["pandas==2.3.1", "scikit-learn==1.7.1"]),
    lib("shared", ["base"]),
    base,
  ]),
  {
    ...workload("image", "a folder for an image: pandas, pyarrow, scikit-learn, polars, OpenCV", [
      app(
        "api",
        ["shared"],
        [
          ...["pandas==2.3.1", "pyarrow==21.0.0", "scikit-learn==1.7.1", "polars==1.32.0"],
          "opencv-python-headless==4.12.0.88",
        ],
      ),
      lib("shared", ["base"]),
      base,
    ]),
    format: "image",
  },
];

function workload(name: string, about: string, members: readonly Member[]): Workload {
  const functions = members.filter(({ folder }) => folder === "apps").map((member) => member.name);
  const files = Object.fromEntries(members.flatMap((member) => [...filesOf(member)]));
  return { name, about, functions, files, edited, bumped };
}

function* filesOf({ folder, name, dependencies, members }: Member): Generator<[string, string]> {
  const place = `${folder}/${name}`;
  const sources = members.map((member) => `${member} = { workspace = true }\n`).join("");
  const toml = [
    `[project]\nname = "${name}"\nversion = "0.1.0"\nrequires-python = ">=3.11"`,
    `dependencies = ${JSON.stringify([...members, ...dependencies])}\n`,
    `[build-system]\nrequires = ["uv_build"]\nbuild-backend = "uv_build"\n`,
    ...(members.length > 0 ? [`[tool.uv.sources]\n${sources}`] : []),
  ];
  const imports = members.map((member) => `from ${member} import text as ${member}_text\n`).join("");
  yield [`${place}/pyproject.toml`, toml.join("\n")];
  yield [`${place}/src/${name}/__init__.py`, `${imports}\n\ndef text():\n    return "${name}"\n`];
  // Code of some size: a real package is more than one line.
  for (let i = 0; i < 20; i++)
    yield [`${place}/src/${name}/part${i}.py`, `def f${i}(value):\n    return value + ${i}\n\n`.repeat(20)];
  if (folder === "apps") yield [`${place}/src/${name}/main.py`, "def handler(event, context):\n    return event\n"];
}

/** Writes a workspace that pins this version of the bumped package. It has no lock yet. */
export function writeWorkspace(folder: string, { files, bumped: { name } }: Workload, version: string): void {
  const root = `[tool.uv]\nconstraint-dependencies = ["${name}==${version}"]\n\n[tool.uv.workspace]\nmembers = ["apps/*", "libs/*"]\n`;
  for (const [file, text] of Object.entries({ "pyproject.toml": root, ...files })) {
    fs.mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    fs.writeFileSync(path.join(folder, file), text);
  }
}
