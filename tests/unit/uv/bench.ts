import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { skip } from "../../support/skip.js";
import { noUv, testUv, type TestUv } from "../../support/uv.js";
import { makeWorkspace, type TestWorkspace } from "./workspace.js";

/**
 * The real uv and a fresh workspace for each test of the group that made it; without uv the group is skipped with a
 * message.
 */
export class Bench {
  private currentUv: TestUv | undefined;
  private currentWorkspace: TestWorkspace | undefined;

  constructor() {
    // eslint-disable-next-line @typescript-eslint/no-this-alias -- mocha's hooks have their own `this`
    const bench = this;
    // One cache for all: a new one has uv examine every interpreter again.
    before(async function () {
      bench.currentUv = await testUv();
      if (bench.currentUv === undefined) skip(this, noUv);
    });
    after(() => this.currentUv?.remove());
    beforeEach(async () => {
      this.currentWorkspace = await makeWorkspace(this.uv);
      this.uv.runner.calls.length = 0;
    });
  }

  get uv(): TestUv {
    assert.ok(this.currentUv);
    return this.currentUv;
  }

  get workspace(): TestWorkspace {
    assert.ok(this.currentWorkspace);
    return this.currentWorkspace;
  }

  get root(): string {
    return this.workspace.root;
  }

  /** A folder beside the workspace, made when it is not there. */
  folder(name: string): string {
    const made = path.join(this.workspace.folder, name);
    fs.mkdirSync(made, { recursive: true });
    return made;
  }
}

/** Files below a folder, relative, sorted. */
export function filesIn(root: string): string[] {
  return fs
    .readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)))
    .sort();
}

export function read(...parts: string[]): string {
  return fs.readFileSync(path.join(...parts), "utf8");
}
