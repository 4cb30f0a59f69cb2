import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { openBench, shippedPaths, type PackagingBench } from "./support/bench.js";
import { pyproject, type Files, type Fixture, type Wanted } from "./support/fixture.js";
import { callHandler, canCall } from "./support/run.js";

/** Says which version of each package it finds. */
const handler = `
from importlib.metadata import PackageNotFoundError, version
def find(name):
    try:
        return version(name)
    except PackageNotFoundError:
        return None
def handler(event, context):
    return [find("alpha"), find("beta"), find("gamma")]
`;

const wheels: Fixture["wheels"] = [
  { name: "alpha", version: "1.0" },
  { name: "alpha", version: "2.0" },
  { name: "beta", version: "1.0" },
  { name: "gamma", version: "1.0" },
];

type Row = readonly [
  what: string,
  files: Files,
  builds: readonly (readonly [Partial<Wanted>, (string | null)[] | RegExp])[],
];

const app = (project: Partial<Parameters<typeof pyproject>[0]>): Files => ({
  "project/pyproject.toml": pyproject({ name: "app", ...project }),
  "project/handler.py": handler,
});

const extras = '[project.optional-dependencies]\nold = ["alpha==1.0"]\nnew = ["alpha==2.0", "gamma"]\n';
const groups = '[dependency-groups]\nold = ["alpha==1.0"]\nnew = ["alpha==2.0"]\ndev = ["gamma"]\n';

const rows: readonly Row[] = [
  [
    "extras that exclude each other",
    app({
      dependencies: ["beta"],
      project: extras,
      more: '[tool.uv]\nconflicts = [[{ extra = "old" }, { extra = "new" }]]\n',
    }),
    [
      [{}, [null, "1.0", null]],
      [{ extras: ["old"] }, ["1.0", "1.0", null]],
      [{ extras: ["new"] }, ["2.0", "1.0", "1.0"]],
      [{ extras: ["old", "new"] }, /cannot be used together/],
    ],
  ],
  [
    "groups that exclude each other, and one that is the default",
    app({
      dependencies: ["beta"],
      more: `${groups}[tool.uv]\ndefault-groups = ["dev"]\nconflicts = [[{ group = "old" }, { group = "new" }]]\n`,
    }),
    [
      [{}, [null, "1.0", null]],
      [{ groups: ["old"] }, ["1.0", "1.0", null]],
      [{ onlyGroups: ["new"] }, ["2.0", null, null]],
      [{ groups: ["old", "new"] }, /cannot be used together/],
    ],
  ],
  [
    "names that the project does not have: all of them are named, in the places of the inputs",
    app({
      project: extras,
      more: `${groups}[tool.uv]\nconflicts = [[{ extra = "old" }, { extra = "new" }, { group = "old" }, { group = "new" }]]\n`,
    }),
    [
      [{ groups: ["old", "none"], extras: ["fast"] }, /groups\[1\]: "none"[^]*extras\[0\]: "fast"[^]*Extras: old, new/],
      [{ onlyGroups: ["none"], prune: ["nothing"] }, /onlyGroups\[0\]: "none"[^]*prune\[0\]: "nothing"/],
    ],
  ],
  [
    "an extra of the project that its member asks for",
    {
      ...app({ members: ["core"], more: "[tool.uv.workspace]\nmembers = ['core']\n" }),
      "project/pyproject.toml": pyproject({
        name: "app",
        dependencies: ["core[fast]"],
        more: "[tool.uv.sources]\ncore = { workspace = true }\n[tool.uv.workspace]\nmembers = ['core']\n",
      }),
      "project/core/pyproject.toml": pyproject({
        name: "core",
        project: '[project.optional-dependencies]\nfast = ["alpha<2"]\n',
        // Only the root's settings count, which uv says itself.
        more: "[tool.uv]\nenvironments = [\"sys_platform == 'win32'\"]\nno-binary = true\n",
      }),
      "project/core/core.py": "",
    },
    [[{}, ["1.0", null, null]]],
  ],
  [
    "two versions by the machine",
    app({
      dependencies: [
        "alpha==1.0; platform_machine == 'x86_64'",
        "alpha==2.0; platform_machine != 'x86_64'",
        "beta; os_name == 'nt'",
      ],
    }),
    [
      [{ architecture: "x86_64" }, ["1.0", null, null]],
      [{ architecture: "arm64" }, ["2.0", null, null]],
    ],
  ],
  [
    "environments by patch level and implementation, of which one is the target",
    app({
      dependencies: ["alpha", "beta; implementation_name == 'pypy'"],
      more: "[tool.uv]\nenvironments = [\"implementation_name == 'cpython' and python_full_version >= '3.11.2'\", \"implementation_name == 'pypy'\"]\n",
    }),
    [[{}, ["2.0", null, null]]],
  ],
  [
    "environments below the patch level that Lambda runs",
    app({ dependencies: ["alpha"], more: "[tool.uv]\nenvironments = [\"python_full_version < '3.11.2'\"]\n" }),
    [[{}, /TARGET_NOT_LOCKED|environments/]],
  ],
  [
    "environments of the other machine",
    app({ dependencies: ["alpha"], more: "[tool.uv]\nenvironments = [\"platform_machine == 'aarch64'\"]\n" }),
    [
      [{ architecture: "x86_64" }, /environments/],
      [{ architecture: "arm64" }, ["2.0", null, null]],
    ],
  ],
  [
    "required environments, which restrict nothing",
    app({ dependencies: ["alpha"], more: "[tool.uv]\nrequired-environments = [\"sys_platform == 'darwin'\"]\n" }),
    [[{}, ["2.0", null, null]]],
  ],
  [
    "settings in the project's uv.toml instead of pyproject.toml",
    {
      ...app({ dependencies: ["alpha"], more: '[tool.uv]\nno-binary-package = ["beta"]\n' }),
      "project/uv.toml": 'no-binary-package = ["alpha"]\n[[index]]\nname = "flat"\nurl = "../index"\nformat = "flat"\n',
    },
    [[{}, /uv\.toml requires that alpha is built/]],
  ],
  [
    "a constraint and an override",
    app({
      dependencies: ["alpha>=2", "beta"],
      more: '[tool.uv]\noverride-dependencies = ["alpha==1.0"]\nconstraint-dependencies = ["beta<2"]\n',
    }),
    [[{}, ["1.0", "1.0", null]]],
  ],
];

describe("what a lock of each kind ships", function () {
  this.timeout(120_000);
  let bench: PackagingBench;
  before(function () {
    bench = openBench(this);
  });
  after(() => bench?.remove());

  for (const [what, files, builds] of rows)
    it(what, async () => {
      const folder = await bench.prepare({
        name: "kind",
        files,
        wheels,
        sdists: [{ name: "alpha", version: "2.0" }],
        cases: [],
      });
      for (const [wanted, expected] of builds) {
        for (const packageFormat of ["zip", "layer", "image"] as const) {
          const cacheDir = bench.fresh("store");
          const building = bench.build(folder, { project: "project", packageFormat, ...wanted }, { cacheDir });
          if (expected instanceof RegExp) {
            const error = await building.then(
              () => assert.fail(`${packageFormat}: it was not refused`),
              (one: unknown) => one as Error & { hint?: string },
            );
            assert.match(`${error.message}\n${error.hint}`, expected);
            assert.ok(!fs.existsSync(path.join(cacheDir, "v1", "artifact")), "nothing is built");
            continue;
          }
          const artifact = await building;
          const [alpha, beta, gamma] = expected;
          const all = Object.entries({ alpha, beta, gamma }).filter(([, version]) => version !== null);
          const { core: _, ...packages } = artifact.packages;
          assert.deepEqual(packages, Object.fromEntries(all));
          if (packageFormat === "zip")
            for (const [name] of all) assert.ok(shippedPaths(artifact).includes(`${name}/__init__.py`), name);
          if (!canCall("3.11")) continue;
          assert.deepEqual(
            (await callHandler(artifact, { handler: "handler.handler", minor: "3.11" })).value,
            expected,
          );
        }
      }
    });

  // Without the setting or variable UV_PREVIEW_FEATURES, uv itself takes such a lock for stale.
  for (const others of ["", 'preview-features = ["lockfile-format-check"]\n'])
    it(`a lock that uv's feature lock-without-metadata made, ${others ? "with another feature" : "without a setting"}`, async () => {
      const setting = 'preview-features = ["lock-without-metadata"]\n';
      const files = app({
        dependencies: ["beta"],
        project: '[project.optional-dependencies]\nold = ["alpha==1.0"]\n',
        more: `[dependency-groups]\ndev = ["gamma"]\n[tool.uv]\n${setting}`,
      });
      const folder = await bench.prepare({ name: "bare", files, wheels, cases: [] });
      const project = path.join(folder, "project", "pyproject.toml");
      const edit = (from: string, to: string) =>
        fs.writeFileSync(project, fs.readFileSync(project, "utf8").replace(from, to));
      assert.doesNotMatch(fs.readFileSync(path.join(folder, "project", "uv.lock"), "utf8"), /package\.metadata/);
      edit(setting, others);
      const wanted = { project: "project", extras: ["old"], groups: ["dev"] };
      const { packages } = await bench.build(folder, wanted, { cacheDir: bench.fresh("store") });
      assert.deepEqual(packages, { alpha: "1.0", beta: "1.0", gamma: "1.0" });
      edit('dependencies = ["beta"]', 'dependencies = ["beta", "gamma"]');
      await assert.rejects(bench.build(folder, wanted, { cacheDir: bench.fresh("store") }), {
        code: "LOCK_STALE",
        message: /uv\.lock is out of date/,
      });
    });
});
