import * as fs from "node:fs";
import * as path from "node:path";
import { answer, app, lock, replace, workspace, type Scenario } from "./projectScenarios.js";
import { pyproject, writeInto } from "./support/fixture.js";

/** Runtimes that the project, a group or the lock does not allow, and Python without a project. */
export const pythonScenarios: readonly Scenario[] = [
  {
    name: "a script that names its dependencies itself",
    files: {
      "project/pyproject.toml": pyproject({ name: "app" }),
      "project/handler.py": `# /// script\n# dependencies = [\n#   "alpha",\n#   "beta>=1",\n# ]\n# ///\nimport alpha\nimport beta\n${answer}`,
    },
    wheels: [{ name: "alpha" }, { name: "beta" }],
    then: (folder) => ["pyproject.toml", "uv.lock"].forEach((name) => fs.rmSync(path.join(folder, "project", name))),
    code: "PROJECT_UNREADABLE",
    ways: [
      [
        /handler\.py names its dependencies itself \(PEP 723\)[^]*`(uv init --bare) && (uv add alpha 'beta>=1')`/,
        async ({ folder, run }, [, init = "", add = ""]) => {
          await run(init);
          await run(`${add} --find-links ${folder}/index`);
          return {};
        },
      ],
    ],
  },
  {
    name: "a runtime outside of requires-python, in a lock that other members and environments narrow",
    files: {
      "project/pyproject.toml": pyproject({
        name: "app",
        requiresPython: ">=3.12",
        more: `${workspace("lib")}[tool.uv]\nenvironments = ["python_version != '3.14'"]\n`,
      }),
      "project/lib/pyproject.toml": pyproject({ name: "lib", requiresPython: ">=3.13" }),
      ...app,
    },
    code: "INVALID_INPUT",
    ways: [[/[Ss]et `runtime` to (python3\.13), or widen/, (_, [, runtime = ""]) => ({ runtime })]],
  },
  {
    name: "the same, by its own range alone",
    files: { "project/pyproject.toml": pyproject({ name: "app", requiresPython: "==3.12.*" }), ...app },
    code: "INVALID_INPUT",
    ways: [
      [/[Ss]et `runtime` to (python3\.12), or/, (_, [, runtime = ""]) => ({ runtime })],
      [
        /widen requires-python and run `(uv lock)`/,
        (at, match) => {
          replace(at.folder, "project/pyproject.toml", "==3.12.*", ">=3.10");
          return lock(at, match);
        },
      ],
    ],
  },
  {
    name: "a group for other versions of Python, included by the one that is named",
    files: {
      "project/pyproject.toml": pyproject({
        name: "app",
        more: '[dependency-groups]\njobs = [{ include-group = "New_Ones" }]\nNew_Ones = ["alpha"]\n[tool.uv.dependency-groups]\nnew-ones = { requires-python = "==3.13.*" }\n',
      }),
      "project/handler.py": `import alpha\n${answer}`,
    },
    wheels: [{ name: "alpha" }],
    wanted: { groups: ["jobs"] },
    code: "INVALID_INPUT",
    ways: [
      [/of the group new-ones[^]*set `runtime` to (python3\.13),/, (_, [, runtime = ""]) => ({ runtime })],
      [/leave the group out/, ({ folder }) => (writeInto(folder, app), { groups: [] })],
      [
        /change that setting and run `(uv lock)`/,
        (at, match) => {
          replace(at.folder, "project/pyproject.toml", "==3.13.*", ">=3.10");
          return lock(at, match);
        },
      ],
    ],
  },
  {
    name: "a pyproject.toml with settings of tools alone",
    files: { "project/pyproject.toml": pyproject({ name: "app" }), ...app },
    then: (folder) => {
      fs.writeFileSync(path.join(folder, "project/pyproject.toml"), "[tool.ruff]\n");
      fs.rmSync(path.join(folder, "project/uv.lock"));
    },
    code: "PROJECT_UNREADABLE",
    ways: [
      [
        /add a \[project\] table with `name`, `version`, `requires-python` and `dependencies`, and run `(uv lock)`/,
        async ({ folder, run }, [, command = ""]) => {
          writeInto(folder, { "project/pyproject.toml": pyproject({ name: "app" }) });
          await run(command);
          return {};
        },
      ],
    ],
  },
];
