import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import type { InvalidInputError } from "../../../provider/lib/errors.js";
import { packageRequest } from "../../../provider/inputs/packageRequest.js";
import { Workspace } from "../resources/support.js";

describe("packageRequest", () => {
  let workspace: Workspace;
  beforeEach(() => (workspace = new Workspace()));
  afterEach(() => workspace.remove());

  it("applies the documented defaults", async () => {
    assert.deepEqual(await packageRequest({ project: "../app" }, workspace.program), {
      project: workspace.project,
      inputsFolder: workspace.program,
      copyFiles: [],
      groups: [],
      extras: [],
      onlyGroups: [],
      include: [],
      exclude: [],
      onlyInclude: [],
      dependencyExclude: [],
      prune: [],
      handler: "handler.handler",
      runtime: "python3.14",
      architecture: "arm64",
      packageFormat: "zip",
      bytecode: false,
      sourceBuilds: [],
      bundling: { mode: "local" },
      provided: [],
      hasLayers: false,
      excludedFolders: [workspace.program],
      programFiles: [],
      checks: {
        handler: "error",
        binaries: "error",
        collisions: "error",
        sizes: "error",
        secrets: "error",
        hashes: "warn",
      },
    });
  });

  it("passes every input on", async () => {
    const lists = {
      groups: ["a"],
      extras: ["b"],
      onlyGroups: ["c"],
      include: ["d"],
      exclude: ["e"],
      onlyInclude: ["o"],
      dependencyExclude: ["d"],
      prune: ["f"],
      sourceBuilds: ["g"],
    };
    const checks = {
      handler: "off",
      binaries: "warn",
      collisions: "off",
      sizes: "warn",
      secrets: "off",
      hashes: "error",
    } as const;
    const values = {
      package: "p",
      handler: "h.h",
      runtime: "python3.12",
      architecture: "x86_64",
      bytecode: true,
      bundling: { mode: "docker", image: "build:1" },
    } as const;
    const request = await packageRequest({ project: "../app", ...lists, ...values, checks }, workspace.program);
    assert.deepEqual(request, { ...request, ...lists, ...values, checks });
  });

  it("tells the checks that a handler may come from a layer", async () => {
    const layers = ["arn:aws:lambda:eu-west-1:123456789012:layer:a:1"];
    assert.equal((await packageRequest({ project: "../app", layers }, workspace.program)).hasLayers, true);
  });

  it("resolves paths and links, each against its own base", async () => {
    fs.mkdirSync(path.join(workspace.project, "src"));
    fs.writeFileSync(path.join(workspace.program, "data.txt"), "");
    fs.symlinkSync(workspace.project, path.join(workspace.root, "link"));
    const inputs = { project: "../link", source: "src", copyFiles: [{ from: "data.txt", to: "x" }] };
    const request = await packageRequest(inputs, workspace.program);
    assert.equal(request.project, workspace.project);
    assert.equal(request.source, path.join(workspace.project, "src"));
    assert.deepEqual(request.copyFiles, [{ from: path.join(workspace.program, "data.txt"), to: "x" }]);
  });

  it("names every path that does not exist or is no folder", async () => {
    fs.writeFileSync(path.join(workspace.project, "file"), "");
    const inputs = { project: "../app", source: "file", copyFiles: [{ from: "gone", to: "x" }] };
    await assert.rejects(packageRequest(inputs, workspace.program), (error: InvalidInputError) => {
      assert.deepEqual(
        error.problems.map(({ property }) => property),
        ["source", "copyFiles[0].from"],
      );
      assert.match(error.problems[0]!.message, /^"file" is not a folder/);
      assert.match(error.problems[1]!.message, /^"gone" does not exist; looked for /);
      return true;
    });
  });

  it("says what relative paths of inline programs need", async () => {
    const folder = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), "automation-"));
    const messageFor = async (project: string): Promise<string> => {
      const rejected = (await packageRequest({ project }, folder).catch(
        (error: unknown) => error,
      )) as InvalidInputError;
      return rejected.problems[0]!.message;
    };
    try {
      assert.match(await messageFor("../api-of-nobody"), /looked for .* give an absolute path, or set `workDir`/);
      assert.doesNotMatch(await messageFor("/nowhere/api"), /Automation API/);
    } finally {
      fs.rmdirSync(folder);
    }
  });

  describe("keeps the program's files out of the package", () => {
    const exclusions = async (project: string, source?: string) => {
      const inputs = { project, ...(source === undefined ? {} : { source }), exclude: ["mine"] };
      const { excludedFolders, exclude, programFiles } = await packageRequest(inputs, workspace.program);
      assert.deepEqual(exclude, ["mine"]);
      return { excludedFolders, programFiles };
    };

    it("by its folder, when that is beside or inside the project", async () => {
      const expected = { excludedFolders: [workspace.program], programFiles: [] };
      assert.deepEqual(await exclusions("../app"), expected);
      assert.deepEqual(await exclusions(".."), expected);
    });

    it("by nothing, when the function's files are below the program", async () => {
      fs.mkdirSync(path.join(workspace.program, "services/api"), { recursive: true });
      assert.deepEqual(await exclusions("services/api"), { excludedFolders: [], programFiles: [] });
      assert.deepEqual(await exclusions("..", "infra/services/api"), { excludedFolders: [], programFiles: [] });
    });

    const runtimes: [string, string[]][] = [
      ["runtime: nodejs", ["/*.ts", "/package.json", "/tsconfig*.json"]],
      ["runtime:\n  name: python\n  options: {virtualenv: venv}", ["/__main__.py"]],
      ["runtime: {name: go}", ["/*.go", "/go.mod"]],
      ["runtime: yaml", ["/Main.yaml"]],
      ['name: x\nruntime: "dotnet" # 8', ["/*.csproj"]],
      ["runtime:\n  options:\n    binary: x\n  name: java", ["/pom.xml"]],
    ];
    for (const [text, patterns] of runtimes) {
      it(`by the files of the language, when both share a folder: ${JSON.stringify(text)}`, async () => {
        fs.writeFileSync(path.join(workspace.program, "Pulumi.yaml"), text);
        const { excludedFolders, programFiles = [] } = await exclusions(".");
        assert.deepEqual(excludedFolders, []);
        assert.deepEqual(
          patterns.filter((pattern) => !programFiles.includes(pattern)),
          [],
        );
        assert.ok(programFiles.includes("/sdks"));
        const others = runtimes.flatMap(([other, own]) => (other === text ? [] : own));
        assert.deepEqual(
          others.filter((pattern) => programFiles.includes(pattern)),
          [],
        );
      });
    }
  });
});
