import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { runUv } from "../../../provider/uv/context.js";
import type { TestUv } from "../../support/uv.js";
import { makeSdist, makeWheel } from "../../support/wheels.js";

/**
 * A workspace on a flat local index of tiny wheels: `api` depends on the member `core` and on packages of every kind.
 */
export interface TestWorkspace {
  /** Holds the workspace and the index. */
  readonly folder: string;
  readonly root: string;
  readonly index: string;
  write(file: string, content: string): void;
  append(file: string, content: string): void;
  lock(): Promise<void>;
}

const buildSystem = '[build-system]\nrequires = ["uv_build"]\nbuild-backend = "uv_build"\n';

export async function makeWorkspace(uv: TestUv): Promise<TestWorkspace> {
  const folder = fs.mkdtempSync(path.join(uv.folder, "test-"));
  const root = path.join(folder, "workspace");
  const index = path.join(folder, "index");
  makeIndex(index);
  const write = (file: string, content: string) => {
    fs.mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    fs.writeFileSync(path.join(root, file), content);
  };
  const workspace: TestWorkspace = {
    folder,
    root,
    index,
    write,
    append: (file, content) => fs.appendFileSync(path.join(root, file), content),
    lock: async () => {
      const result = await runUv(uv, ["lock", "--offline"], { cwd: root, purpose: "locking" });
      assert.equal(result.exitCode, 0, result.stderr);
    },
  };
  write(
    "pyproject.toml",
    '[project]\nname = "root"\nversion = "0"\nrequires-python = ">=3.8"\n' +
      '[tool.uv.workspace]\nmembers = ["apps/*", "libs/*"]\n' +
      '[[tool.uv.index]]\nname = "flat"\nurl = "../index"\nformat = "flat"\ndefault = true\n',
  );
  write(
    "apps/api/pyproject.toml",
    '[project]\nname = "api"\nversion = "0.1.0"\nrequires-python = ">=3.8"\n' +
      'dependencies = ["core", "alpha", "native", "vendored"]\n' +
      '[project.optional-dependencies]\nfast = ["extra-one"]\n' +
      '[dependency-groups]\ndev = ["dev-tool"]\njobs = ["group-one"]\nsource = ["srconly"]\n' +
      buildSystem +
      '[tool.uv.sources]\ncore = { workspace = true }\nvendored = { path = "../../wheels/vendored-4.0-py3-none-any.whl" }\n',
  );
  write("apps/api/src/api/__init__.py", "from core import NAME\n");
  write(
    "libs/core/pyproject.toml",
    `[project]\nname = "core"\nversion = "0.1.0"\nrequires-python = ">=3.8"\ndependencies = ["beta-pkg"]\n${buildSystem}`,
  );
  write("libs/core/src/core/__init__.py", 'NAME = "core"\n');
  makeWheel({ name: "vendored", version: "4.0" }, path.join(root, "wheels"));
  await workspace.lock();
  return workspace;
}

function makeIndex(index: string): void {
  makeWheel(
    { name: "alpha", version: "1.2.3", dependencies: ["beta-pkg>=1", "winonly; sys_platform == 'win32'"] },
    index,
  );
  makeWheel({ name: "beta-pkg", entryPoints: "[console_scripts]\nbeta = beta_pkg:main\n" }, index);
  makeWheel({ name: "winonly", tag: "py3-none-win_amd64" }, index);
  makeWheel({ name: "extra-one" }, index);
  makeWheel({ name: "dev-tool" }, index);
  makeWheel({ name: "group-one" }, index);
  makeSdist({ name: "srconly", version: "0.6.2" }, index);
  for (const machine of ["x86_64", "aarch64"]) {
    for (const [minor, glibc] of [
      [13, 28],
      [11, 24],
      [8, 17],
    ] as const) {
      makeWheel(
        {
          name: "native",
          tag: `cp3${minor}-cp3${minor}-manylinux_2_${glibc}_${machine}`,
          files: { "native/tag.txt": `${minor} ${machine}` },
        },
        index,
      );
    }
  }
}
