import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { type ErrorCode } from "../../../provider/lib/errors.js";
import { parsePylock } from "../../../provider/project/lock/pylock.js";
import { type Selection } from "../../../provider/uv/errors/uvCall.js";
import { exportLock } from "../../../provider/uv/export.js";
import { refused } from "../../support/refused.js";
import { Bench, read } from "./bench.js";

const names = (pylock: string) => parsePylock(pylock).packages.map((p) => p.name);

describe("exportLock, with the real uv", function () {
  this.timeout(60_000);
  const bench = new Bench();

  it("gives exactly what was asked for, in one call: third-party and local packages, no default group", async () => {
    const pylock = await exportLock(bench.uv, bench.root, { package: "api" });
    assert.equal(bench.uv.runner.calls.length, 1);
    assert.deepEqual(names(pylock), ["alpha", "beta-pkg", "native", "vendored", "winonly"]);
    assert.deepEqual(parsePylock(pylock).localPackages, [
      { name: "api", path: "apps/api" },
      { name: "core", path: "libs/core" },
    ]);
    assert.ok(!pylock.includes("editable"));
  });

  it("follows groups, extras, groups alone, and prunes with orphans", async () => {
    const of = async (selection: Selection) =>
      names(await exportLock(bench.uv, bench.root, { package: "api", ...selection }));
    assert.ok((await of({ groups: ["jobs"] })).includes("group-one"));
    assert.ok((await of({ extras: ["fast"] })).includes("extra-one"));
    assert.deepEqual(await of({ onlyGroups: ["jobs", "source"] }), ["group-one", "srconly"]);
    assert.deepEqual(await of({ prune: ["alpha"] }), ["beta-pkg", "native", "vendored"]);
  });

  it("names the property of what does not exist, and lets nothing become a flag", async () => {
    const none = { groups: [], onlyGroups: [], extras: [], prune: [] };
    const naming = { members: ["api", "core"], groups: ["jobs"], extras: [] };
    const wrong = async (selection: Selection, property: string) => {
      const error = await refused(
        exportLock(bench.uv, bench.root, {
          package: "api",
          naming: { ...naming, asked: { ...none, ...selection } },
          ...selection,
        }),
        "INVALID_INPUT",
        /./,
      );
      assert.deepEqual(
        error.problems.map((p) => p.property),
        [property],
      );
      return error.message;
    };
    assert.match(await wrong({ package: "apo" }, "package"), /Did you mean "api"/);
    await wrong({ groups: ["jobs", "nope"] }, "groups[1]");
    await wrong({ onlyGroups: ["nope"] }, "onlyGroups[0]");
    await wrong({ extras: ["nope"] }, "extras[0]");
    await wrong({ groups: ["--offline"] }, "groups[0]");
    await wrong({ extras: ["$(touch pwned)"] }, "extras[0]");
    await wrong({ package: "-rf" }, "package");
    await wrong({ prune: ["a b"] }, "prune[0]");
  });

  it("says what is wrong with the lock, and never writes it", async () => {
    const lock = path.join(bench.root, "uv.lock");
    const whole = read(lock);
    const problem = async (content: string | undefined, code: ErrorCode, says: RegExp) => {
      if (content === undefined) fs.rmSync(lock);
      else fs.writeFileSync(lock, content);
      await refused(exportLock(bench.uv, bench.root, { package: "api" }), code, says);
      assert.equal(fs.existsSync(lock) ? read(lock) : undefined, content);
    };
    await problem(undefined, "LOCK_MISSING", /uv lock/);
    await problem(whole.replace("version = 1", "version = 99"), "LOCK_UNREADABLE", /schema version 99/);
    await problem("garbage [", "LOCK_UNREADABLE", /uv\.lock:1:/);
    await problem(`<<<<<<< HEAD\n${whole}`, "LOCK_UNREADABLE", /merge/);
    fs.writeFileSync(lock, whole);
    bench.workspace.write("libs/newone/pyproject.toml", '[project]\nname = "newone"\nversion = "1"\n');
    await refused(exportLock(bench.uv, bench.root, { package: "api" }), "LOCK_STALE", /newone[^]*uv lock/);
  });

  it("says which extras conflict", async () => {
    bench.workspace.append(
      "apps/api/pyproject.toml",
      '[tool.uv]\nconflicts = [[{ extra = "fast" }, { group = "jobs" }]]\n',
    );
    await bench.workspace.lock();
    const both = exportLock(bench.uv, bench.root, { package: "api", extras: ["fast"], groups: ["jobs"] });
    await refused(both, "INVALID_INPUT", /fast[^]*jobs[^]*cannot be used together/);
  });

  it("says which uv the project wants", async () => {
    bench.workspace.append("pyproject.toml", '[tool.uv]\nrequired-version = ">=99"\n');
    await refused(exportLock(bench.uv, bench.root, { package: "api" }), "UV_UNUSABLE", />=99/);
  });
});
