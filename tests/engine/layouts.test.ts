import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { readZip } from "../aws/archive/zip.js";
import { createWorkspace, languages, mustSucceed, type Workspace, type WorkspaceOptions } from "./harness.js";

interface Layout {
  readonly name: string;
  readonly place: Pick<WorkspaceOptions, "functions" | "programFolder" | "main">;
  /** Folder of the program, in the workspace. */
  readonly program: string;
  /** Own files in the archive. Everything else comes from greeting-lib. */
  readonly own: readonly string[];
}

const flat = { handler: "handler.handler" };
const packaged = { handler: "packaged_app.main.handler" };
const packagedFiles = ["packaged_app/__init__.py", "packaged_app/main.py"];

const layouts: readonly Layout[] = [
  {
    name: "beside the project",
    place: { programFolder: "infra", functions: { fn: { project: "../single-app", ...flat } } },
    program: "infra",
    own: ["handler.py"],
  },
  {
    name: "in a folder of a flat project",
    place: { programFolder: "single-app/infra", functions: { fn: { project: "..", ...flat } } },
    program: "single-app/infra",
    own: ["handler.py"],
  },
  {
    name: "in a folder of a packaged project",
    place: { programFolder: "packaged-app/infra", functions: { fn: { project: "..", ...packaged } } },
    program: "packaged-app/infra",
    own: packagedFiles,
  },
  {
    name: "in the folder of a flat project itself",
    place: { programFolder: "single-app", functions: { fn: { project: ".", ...flat } } },
    program: "single-app",
    own: ["handler.py"],
  },
  {
    name: "in the folder of a packaged project itself",
    place: { programFolder: "packaged-app", functions: { fn: { project: ".", ...packaged } } },
    program: "packaged-app",
    own: packagedFiles,
  },
  {
    name: "in a sub-folder that Pulumi's main names",
    place: { programFolder: "single-app", main: "infra", functions: { fn: { project: "..", ...flat } } },
    program: "single-app/infra",
    own: ["handler.py"],
  },
];

/** Hash and archive names of the only function, as a preview shows them. */
async function build(workspace: Workspace, program: string): Promise<Build> {
  return buildIn(mustSucceed(await workspace.preview(["--json"])).stdout, workspace.at(program));
}

interface Build {
  readonly outputHash: string;
  readonly names: readonly string[];
}

function buildIn(stdout: string, program: string): Build {
  const { steps } = JSON.parse(stdout) as { steps: { newState: { type: string; inputs: Record<string, unknown> } }[] };
  const states = steps.map(({ newState }) => newState);
  const inputs = states.find(({ type }) => type === "uvlambda:index:Build")?.inputs;
  const code = states.find(({ type }) => type === "aws:lambda/function:Function")?.inputs["code"] as { path: string };
  assert.ok(!path.isAbsolute(code.path), `${code.path} is absolute`);
  const names = readZip(fs.readFileSync(path.join(program, code.path)))
    .map(({ name }) => name)
    .sort();
  return { outputHash: String(inputs?.["outputHash"]), names };
}

/** Names of own files: greeting-lib and the metadata of the project's own package are left out. */
function ownNames({ names }: Build): string[] {
  return names.filter(
    (file) => !/^greeting_lib(-1\.0\.dist-info)?\/|^packaged_app-0\.1\.0\.dist-info\/|\/$/.test(file),
  );
}

for (const language of languages) {
  describe(`the program's own place (${language})`, function () {
    this.timeout(60_000);

    for (const { name, place, program, own } of layouts) {
      it(`${name}: its files never ship and never change the hash`, async function () {
        const workspace = await createWorkspace(this, { language, ...place });
        const first = await build(workspace, program);
        assert.deepEqual(ownNames(first), own);

        for (const file of fs.readdirSync(workspace.at(program))) {
          if (!/\.(ts|yaml|json)$/.test(file)) continue;
          fs.appendFileSync(workspace.at(program, file), "\n");
        }
        workspace.write(path.join(program, "node_modules/left-pad/index.js"), "module.exports = 1;\n");
        workspace.write(path.join(program, "node_modules/left-pad/setup.py"), "NODE = True\n");
        workspace.write(path.join(program, "Pulumi.prod.yaml"), "config: {}\n");
        workspace.write(path.join(program, ".uvlambda/junk.py"), "JUNK = 1\n");
        assert.equal((await build(workspace, program)).outputHash, first.outputHash);
      });
    }
  });
}

for (const language of ["python", "go"] as const) {
  describe(`the program's own place (${language})`, function () {
    // The first Go program of a machine compiles Pulumi's SDK.
    this.timeout(300_000);

    it("is the folder that `main` names, also with `pulumi -C` from elsewhere", async function () {
      const functions = { fn: { project: "..", ...flat } };
      const workspace = await createWorkspace(this, {
        language,
        programFolder: "single-app",
        main: "infra",
        functions,
      });
      const program = workspace.at("single-app", "infra");
      const first = await build(workspace, program);
      assert.deepEqual(ownNames(first), ["handler.py"]);

      const args = ["-C", workspace.programFolder, "preview", "--json"];
      const { stdout } = mustSucceed(await workspace.pulumi(args, { cwd: workspace.run.folder }));
      assert.deepEqual(buildIn(stdout, program), first);
    });
  });
}
