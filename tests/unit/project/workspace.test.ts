import { strict as assert } from "node:assert";
import { execFileSync } from "node:child_process";
import * as path from "node:path";
import { loadProject } from "../../../provider/project/workspace.js";
import { createOnce } from "../../../provider/lib/concurrency/once.js";
import { findTool } from "../../support/machine.js";
import { openedDuring } from "../../support/openedFiles.js";
import { failure } from "../../support/refused.js";
import { skip } from "../../support/skip.js";
import { noUv } from "../../support/uv.js";
import { pyproject, Scratch, type Files } from "../support/scratch.js";

const workspace = (members: string[], exclude: string[] = []) =>
  `[tool.uv.workspace]\nmembers = ${JSON.stringify(members)}\nexclude = ${JSON.stringify(exclude)}\n`;

const packaged = '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n';

describe("loadProject", () => {
  const scratch = new Scratch();
  afterEach(() => scratch.remove());

  it("takes a project without a workspace", async () => {
    const folder = await scratch.make({ "pyproject.toml": pyproject("Single_App"), "uv.lock": "" });
    const project = await loadProject({ project: folder });
    assert.equal(project.root, folder);
    assert.equal(project.name, "single-app");
    assert.equal(project.isPackage, false);
    assert.equal(project.lockFile, path.join(folder, "uv.lock"));
    assert.deepEqual(
      project.members.map((m) => m.name),
      ["single-app"],
    );
  });

  const tree: Files = {
    "pyproject.toml": workspace(["packages/*"]),
    "uv.lock": "",
    "packages/api/pyproject.toml": pyproject("api", packaged),
    "packages/core/pyproject.toml": pyproject("acme_core"),
    "packages/notes.txt": "",
    "packages/empty/": "",
    "packages/api/nested/pyproject.toml": pyproject("nested"),
    "packages/api/nested/uv.lock": "",
  };

  it("finds the workspace above a member", async () => {
    const root = await scratch.make(tree);
    const project = await loadProject({ project: path.join(root, "packages/api") });
    assert.equal(project.root, root);
    assert.equal(project.folder, path.join(root, "packages/api"));
    assert.equal(project.isPackage, true);
    assert.equal(project.isVirtualRoot, true);
    assert.deepEqual(
      project.members.map((m) => m.name),
      ["acme-core", "api"],
    );
  });

  it("reads the lock, and a member that nobody asks for, once for all projects of a workspace", async () => {
    const root = await scratch.make({ ...tree, "packages/other/pyproject.toml": pyproject("other") });
    const once = createOnce();
    const opened = await openedDuring(root, async () => {
      for (const name of ["api", "core"])
        await loadProject({ project: path.join(root, "packages", name) }, (what, read) =>
          once(what, async () => read()),
        );
    });
    assert.equal(opened["packages/other/pyproject.toml"], 1);
    assert.equal(opened["uv.lock"], 1);
  });

  it("takes a member by its name in any spelling", async () => {
    const root = await scratch.make(tree);
    const project = await loadProject({ project: root, package: "Acme.Core" });
    assert.equal(project.folder, path.join(root, "packages/core"));
  });

  it("treats a nested project that is not a member as a separate one", async () => {
    const root = await scratch.make(tree);
    const folder = path.join(root, "packages/api/nested");
    assert.equal((await loadProject({ project: folder })).root, folder);
  });

  it("refuses an unmanaged project, which uv does not export, and leaves it out of the workspace", async () => {
    const root = await scratch.make({
      ...tree,
      "packages/api/pyproject.toml": pyproject("api", "[tool.uv]\nmanaged = false\n"),
      "packages/api/uv.lock": "",
    });
    const folder = path.join(root, "packages/api");
    await assert.rejects(loadProject({ project: folder }), { code: "PROJECT_UNREADABLE", message: /managed = false/ });
    assert.deepEqual((await loadProject({ project: root, package: "acme-core" })).members.length, 1);
  });

  it("takes dependency groups without a project", async () => {
    const folder = await scratch.make({ "pyproject.toml": "[dependency-groups]\nx = []\n", "uv.lock": "" });
    assert.equal((await loadProject({ project: folder })).name, undefined);
  });

  it("names the members and the nearest one for an unknown package", async () => {
    const root = await scratch.make(tree);
    const error = await failure(loadProject({ project: root, package: "acme-cor" }));
    assert.equal(error.code, "INVALID_INPUT");
    assert.equal(error.problems[0]?.property, "package");
    assert.match(error.message, /"acme-cor" is not a member.*Did you mean "acme-core"\? Members: acme-core, api\./);
  });

  it("asks for a package in a workspace whose root is no project", async () => {
    const root = await scratch.make(tree);
    const error = await failure(loadProject({ project: root }));
    assert.equal(error.problems[0]?.property, "package");
    assert.match(error.message, /Members: acme-core, api\./);
  });

  it("names the property for a folder that is missing or a file", async () => {
    const root = await scratch.make(tree);
    for (const [name, message] of [
      ["nowhere", /nowhere does not exist/],
      ["pyproject.toml", /is a file/],
    ] as const) {
      const error = await failure(loadProject({ project: path.join(root, name) }));
      assert.equal(error.code, "INVALID_INPUT");
      assert.equal(error.problems[0]?.property, "project");
      assert.match(error.message, message);
    }
  });

  it("points at the project above a folder without one", async () => {
    const root = await scratch.make({ ...tree, "packages/api/src/x.py": "" });
    const error = await failure(loadProject({ project: path.join(root, "packages/api/src") }));
    assert.equal(error.code, "PROJECT_UNREADABLE");
    assert.ok(error.hint?.includes(`To fix this, set \`project\` to that folder`), error.hint);
    assert.ok(error.hint?.includes(`${path.join(root, "packages/api")}.`), error.hint);
  });

  it("refuses an empty pyproject.toml", async () => {
    const folder = await scratch.make({ "pyproject.toml": "", "uv.lock": "" });
    assert.match((await failure(loadProject({ project: folder }))).message, /neither a \[project\]/);
  });

  it("says how to make a missing lock, at the workspace's root", async () => {
    const root = await scratch.make({ ...tree, "packages/api/uv.lock": "" });
    await (await import("node:fs/promises")).rm(path.join(root, "uv.lock"));
    const error = await failure(loadProject({ project: path.join(root, "packages/api") }));
    assert.equal(error.code, "LOCK_MISSING");
    assert.ok(error.hint?.includes(`\`uv lock\` in ${root} `), error.hint);
  });

  it("names the line of an unresolved merge", async () => {
    const root = await scratch.make({ ...tree, "uv.lock": "version = 1\n<<<<<<< HEAD\n=======\n>>>>>>> x\n" });
    const error = await failure(loadProject({ project: root, package: "api" }));
    assert.equal(error.code, "LOCK_UNREADABLE");
    assert.match(error.message, /uv\.lock:2: /);
  });

  describe("agrees with uv about members:", () => {
    const shapes: [members: string[], exclude: string[]][] = [
      [["packages/*"], []],
      [["packages/**"], ["packages/a"]],
      [["packages/**"], ["packages/*"]],
      [["./packages/{a,b}", "lib/"], []],
      [["packages/*/"], ["packages/a/*"]],
      [["packages/[a-b]", "l?b"], ["**/sub"]],
    ];
    for (const [members, exclude] of shapes) {
      it(`${members.join(" ")} without ${exclude.join(" ") || "nothing"}`, async function () {
        const uv = findTool("uv", "UVLAMBDA_TEST_UV");
        if (uv === undefined) skip(this, noUv);
        const folders = ["packages/a", "packages/a/sub", "packages/b", "packages/.hid", "lib"];
        const root = await scratch.make({
          "pyproject.toml": pyproject("root", workspace(members, exclude)),
          "uv.lock": "",
          ...Object.fromEntries(folders.map((f, i) => [`${f}/pyproject.toml`, pyproject(`m${i}`)])),
          ...Object.fromEntries(folders.map((f) => [`${f}/uv.lock`, ""])),
        });
        const ask = (args: string[], cwd: string) =>
          execFileSync(uv, args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] })
            .trim()
            .split("\n");
        const project = await loadProject({ project: root });
        assert.deepEqual(
          project.members.map((m) => m.folder).sort(),
          ask(["workspace", "list", "--paths"], root).sort(),
        );
        for (const folder of folders) {
          const member = path.join(root, folder);
          assert.deepEqual([(await loadProject({ project: member })).root], ask(["workspace", "dir"], member), folder);
        }
      });
    }
  });
});
