import assert from "node:assert/strict";
import { UvLambdaError } from "../../../../provider/lib/errors.js";
import { missingWheels, refuseMissingWheels } from "../../../../provider/project/wheels/missingWheels.js";
import type { LockedPackage } from "../../../../provider/project/lock/pylock.js";
import { neededSourceBuilds } from "../../../../provider/project/wheels/wheelChoice.js";
import { knownTargets, resolveTarget, type Target } from "../../../../provider/runtimes/index.js";

const arm313 = resolveTarget("python3.13", "arm64").target;
const x311 = resolveTarget("python3.11", "x86_64").target;

function locked(name: string, tags: readonly string[], more: Partial<LockedPackage> = {}): LockedPackage {
  const file = (filename: string) => ({ filename, hash: "sha256:a", location: filename });
  return { name, version: "2.0", kind: "registry", wheels: tags.map((tag) => file(`${name}-2.0-${tag}.whl`)), ...more };
}
const sdist = { filename: "x-2.0.tar.gz", hash: "sha256:b", location: "x-2.0.tar.gz" };

function refusal(
  packages: LockedPackage[],
  target = arm313,
  sourceBuilds: string[] = [],
  allowed?: readonly Target[],
): UvLambdaError {
  let caught: unknown;
  try {
    refuseMissingWheels(packages, target, sourceBuilds, allowed);
  } catch (error) {
    caught = error;
  }
  assert.ok(caught instanceof UvLambdaError, "nothing was refused");
  assert.equal(caught.code, "NO_WHEEL");
  return caught;
}

describe("packages without a wheel for the target", () => {
  it("are those that apply, have no fitting wheel and may not be built", () => {
    const packages = [
      locked("fine", ["py3-none-any"]),
      locked("mac", ["cp313-cp313-macosx_11_0_arm64"]),
      locked("windows", ["py3-none-win_amd64"], { marker: "sys_platform == 'win32'" }),
      locked("Src_Only", [], { sdist }),
      locked("from-git", [], { kind: "git" }),
    ];
    assert.deepEqual(
      missingWheels(packages, arm313, []).map((m) => m.name),
      ["mac", "Src_Only", "from-git"],
    );
    assert.deepEqual(
      missingWheels(packages, arm313, ["src.only", "FROM_git", "mac"]).map((m) => m.name),
      ["mac"],
    );
    assert.deepEqual(neededSourceBuilds(packages, arm313, ["src.only", "FROM_git", "fine", "windows"]), [
      "from-git",
      "src-only",
    ]);
  });

  it("are all named in one error, with what is wanted and offered", () => {
    const error = refusal([
      locked("one", ["cp313-cp313-macosx_11_0_arm64"]),
      locked("two", [], { sdist }),
      locked("three", [], { kind: "git" }),
    ]);
    assert.match(error.message, /^3 packages in uv\.lock have no wheel for python3\.13 on arm64 \(glibc 2\.34\):/);
    assert.match(
      error.message,
      /one 2\.0: wanted cp313-cp313-manylinux_2_34_aarch64 or older, offered cp313-cp313-macosx_11_0_arm64/,
    );
    assert.match(error.message, /two 2\.0: only a source archive/);
    assert.match(error.message, /three 2\.0: comes from git/);
    assert.match(error.hint ?? "", /sourceBuilds: \["two", "three"\]/);
    assert.match(
      error.hint ?? "",
      /lock another version, if one has such a wheel: the newest with `uv lock --upgrade-package one --upgrade-package two`.*\["sys_platform == 'linux' and platform_machine == 'aarch64'"\]/,
    );
    assert.match(error.hint ?? "", /bundling: \{ mode: "docker" \}/);
    assert.match(error.hint ?? "", /packageFormat: "image"`.*prune: \["one", "two", "three"\]/);
  });

  it("get a newer runtime proposed when that has the glibc or the ABI", () => {
    const numpy = locked("numpy", [
      "cp311-cp311-manylinux_2_27_x86_64.manylinux_2_28_x86_64",
      "cp312-cp312-manylinux_2_28_x86_64",
    ]);
    const { hint = "" } = refusal([numpy], x311);
    assert.match(hint, /runtime: "python3\.12"` \(glibc 2\.34\)/);
    assert.doesNotMatch(hint, /sourceBuilds|bundling/); // there is nothing to build from
    // For uv any Linux wheel satisfies required-environments, and each older version may need the same glibc.
    assert.doesNotMatch(hint, /uv add|numpy</);
    assert.match(hint, /at most glibc 2\.26, if there is one: `uv lock --upgrade-package 'numpy==<version>'`/);
    assert.doesNotMatch(hint, /required-environments/);
  });

  it("get only a runtime or architecture proposed that serves all of them", () => {
    const a = locked("a", ["cp312-cp312-manylinux_2_28_x86_64"]);
    const b = locked("b", ["cp311-cp311-manylinux_2_17_aarch64", "cp314-cp314-manylinux_2_28_x86_64"]);
    const { hint = "" } = refusal([a, b], x311);
    assert.doesNotMatch(hint, /runtime:|architecture:/);
    assert.match(refusal([b], x311).hint ?? "", /architecture: "arm64"/);
    assert.match(
      refusal([locked("new", ["cp313-cp313-manylinux_2_39_aarch64"])]).message,
      /offered cp313-cp313-manylinux_2_39_aarch64/,
    );
  });

  it("get an older runtime proposed when the project runs on it, and none that another package has no wheel for", () => {
    const old = locked("old", ["cp311-cp311-manylinux_2_17_aarch64", "cp310-cp310-manylinux_2_17_aarch64"]);
    assert.match(refusal([old]).hint ?? "", /runtime: "python3\.11"/);
    const only313 = locked("new", ["cp313-cp313-manylinux_2_17_aarch64"]);
    assert.doesNotMatch(refusal([old, only313]).hint ?? "", /runtime:/);
    const allowed = knownTargets().filter(({ minor }) => minor >= 12);
    assert.doesNotMatch(refusal([old], arm313, [], allowed).hint ?? "", /runtime:/);
  });

  it("that come from a URL or a file are named with their source, which no lock changes", () => {
    const url = refusal([locked("direct", [], { kind: "url", sdist })]);
    assert.match(url.message, /direct 2\.0: only a source archive, from a URL$/);
    assert.match(url.hint ?? "", /name a wheel for this target as the source of direct in pyproject\.toml/);
    assert.doesNotMatch(url.hint ?? "", /upgrade-package|required-environments/);
    const listed = refusal([locked("indexed", [], { sdist })]);
    assert.match(listed.message, /only a source archive in uv\.lock, which leaves out wheels for Pythons outside/);
  });

  it("are found among single archives by what uv itself accepts, as those cannot be renamed", () => {
    const wheel = "cp311-cp311-manylinux_2_24_x86_64";
    assert.deepEqual(missingWheels([locked("o", [wheel])], x311, []), []);
    assert.equal(missingWheels([locked("o", [wheel], { kind: "url" })], x311, []).length, 1);
  });

  it("are shown with the nearest tags first", () => {
    const tags = [
      "cp311-cp311-macosx_11_0_arm64",
      "cp312-cp312-manylinux_2_28_x86_64",
      "cp311-cp311-musllinux_1_2_x86_64",
      "cp311-cp311-manylinux_2_28_x86_64",
    ];
    assert.match(
      refusal([locked("o", tags)], x311).message,
      /offered cp311-cp311-manylinux_2_28_x86_64, cp311-cp311-musllinux_1_2_x86_64, cp312/,
    );
  });

  it("are shown with a limited number of tags", () => {
    const many = Array.from({ length: 40 }, (_, i) => `cp3${i}-cp3${i}-win_amd64`);
    assert.match(refusal([locked("many", many)]).message, /and 36 more/);
  });
});
