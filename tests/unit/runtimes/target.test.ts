import assert from "node:assert/strict";
import { InvalidInputError } from "../../../provider/lib/errors.js";
import { knownTargets, resolveTarget, runtimes } from "../../../provider/runtimes/index.js";

describe("resolveTarget", () => {
  it("gives wheel platform, C library and base image of an Amazon Linux 2023 runtime", () => {
    assert.deepEqual(resolveTarget("python3.13", "arm64"), {
      target: {
        runtime: "python3.13",
        pythonVersion: "3.13",
        pythonFullVersion: "3.13.9",
        minor: 13,
        architecture: "arm64",
        machine: "aarch64",
        platform: "aarch64-manylinux_2_34",
        glibc: [2, 34],
        uvGlibc: [2, 34],
        baseImage: "public.ecr.aws/lambda/python:3.13",
        imagePlatform: "linux/arm64",
      },
      warnings: [],
    });
  });

  it("tells uv an older platform than the system's where uv knows no closer one", () => {
    for (const runtime of ["python3.10", "python3.11"]) {
      const { target } = resolveTarget(runtime, "x86_64");
      assert.equal(target.platform, "x86_64-manylinux_2_17");
      assert.deepEqual(target.glibc, [2, 26]);
    }
  });

  it("warns of a deprecated runtime with all its dates", () => {
    const { warnings } = resolveTarget("python3.10", "arm64", "2026-11-21");
    assert.equal(warnings.length, 1);
    for (const date of ["since 2026-10-31", "from 2027-02-01", "from 2027-03-03"])
      assert.ok(warnings[0]?.includes(date), date);
  });

  it("counts the day itself as deprecated, and says `since` of a block that began", () => {
    assert.deepEqual(resolveTarget("python3.10", "arm64", "2026-10-30").warnings, []);
    assert.equal(resolveTarget("python3.10", "arm64", "2026-10-31").warnings.length, 1);
    assert.match(
      resolveTarget("python3.10", "arm64", "2027-02-01").warnings[0] ?? "",
      /creating functions is blocked since 2027-02-01/,
    );
  });

  it("still accepts python3.8 and python3.9, with a warning", () => {
    for (const runtime of ["python3.8", "python3.9"]) {
      assert.match(
        resolveTarget(runtime, "x86_64", "2026-11-21").warnings[0] ?? "",
        /deprecated since 202\d-\d\d-\d\d; creating functions is blocked from 2027-02-01\./,
      );
    }
  });

  it("gives the same target on any day", () => {
    for (const { runtime } of runtimes) {
      const [early, late] = ["2000-01-01", "2100-01-01"].map((day) => resolveTarget(runtime, "arm64", day).target);
      assert.deepEqual(early, late);
      assert.doesNotMatch(JSON.stringify(early), /\d{4}-\d\d-\d\d/);
    }
  });

  it("accepts a Python newer than the table, with a warning, for the newest system", () => {
    const { target, warnings } = resolveTarget("python3.17", "x86_64");
    assert.equal(target.platform, "x86_64-manylinux_2_34");
    assert.equal(target.minor, 17);
    assert.match(warnings.join(), /python3\.17 is newer/);
    assert.match(resolveTarget("python3.15", "arm64").warnings.join(), /preview/);
    assert.equal(resolveTarget("python3.15", "arm64").target.baseImage, "public.ecr.aws/lambda/python:3.15-preview");
  });

  it("refuses anything else, naming property, value and what is allowed, both at once", () => {
    for (const runtime of [
      "python3.7",
      "python3",
      "python4.1",
      "nodejs22.x",
      "python3.013",
      "python3.13 ",
      "",
      "Python3.13",
      "-rf",
    ]) {
      assert.throws(
        () => resolveTarget(runtime, "arm64"),
        (error: unknown) => {
          assert.ok(error instanceof InvalidInputError);
          assert.deepEqual(
            error.problems.map((p) => p.property),
            ["runtime"],
          );
          assert.ok(
            error.message.includes(JSON.stringify(runtime)) && error.message.includes("python3.15"),
            error.message,
          );
          return true;
        },
      );
    }
    assert.throws(
      () => resolveTarget("ruby", "arm"),
      (error: unknown) => {
        assert.deepEqual(
          (error as InvalidInputError).problems.map((p) => p.property),
          ["runtime", "architecture"],
        );
        return true;
      },
    );
  });

  it("has rows in order, each with a source of its dates or a preview", () => {
    const minors = runtimes.map((row) => row.minor);
    assert.deepEqual(
      minors,
      [...minors].sort((a, b) => a - b),
    );
    for (const row of runtimes) assert.equal(row.runtime, `python3.${row.minor}`);
    assert.equal(knownTargets().length, 2 * runtimes.filter((row) => !row.preview).length);
  });
});
