import * as assert from "node:assert/strict";
import { namedPackages, providedPackages } from "../../../../provider/inputs/providedPackages.js";
import { InvalidInputError } from "../../../../provider/lib/errors.js";
import { withoutProvided } from "../../../../provider/packaging/closure/provided.js";
import type { ProvidedPackage } from "../../../../provider/packaging/request.js";
import type { LockedPackage } from "../../../../provider/project/lock/pylock.js";
import { resolveTarget } from "../../../../provider/runtimes/index.js";

const { target } = resolveTarget("python3.12", "arm64");

const locked = (name: string, version?: string, marker?: string): LockedPackage => ({
  name,
  ...(version !== undefined && { version }),
  ...(marker !== undefined && { marker }),
  kind: "registry",
  wheels: [],
});

const packages = [
  locked("pydantic", "2.11.3"),
  locked("pydantic-core", "2.33.1"),
  locked("typing-extensions", "4.13"),
  locked("numpy", "1.26.4", "python_version < '3.12'"),
  locked("numpy", "2.2.1", "python_version >= '3.12'"),
  locked("from-git"),
];
const localPackages = [{ name: "shared", path: "libs/shared" }];

function split(provided: readonly Partial<ProvidedPackage>[]) {
  const warnings: string[] = [];
  const reporter = { progress: () => {}, warn: (text: string) => void warnings.push(text) };
  const whole = provided.map((one) => ({
    name: "pydantic",
    otherVersion: "error" as const,
    property: `provided.${one.name}`,
    ...one,
  }));
  const { locked: rest, leftOut } = withoutProvided(whole, { packages, localPackages }, target, { reporter });
  const names = new Set(leftOut.map(({ name }) => name));
  assert.deepEqual(
    rest,
    packages.filter(({ name }) => !names.has(name)),
  );
  return { leftOut: leftOut.map(({ name, version }) => `${name} ${version}`), warnings };
}

function problems(provided: readonly Partial<ProvidedPackage>[]): string[] {
  try {
    split(provided);
  } catch (error) {
    assert.ok(error instanceof InvalidInputError);
    return error.problems.map(({ property, message }) => `${property}: ${message}`);
  }
  return [];
}

describe("packages that layers bring", () => {
  it("are left out with a message if the layer lacks files of them; their versions keep the mark", () => {
    const named = namedPackages({
      packages: { pydantic: "2.11.3", "typing-extensions": "4.13" },
      partial: ["pydantic"],
    });
    assert.deepEqual(named, { pydantic: "2.11.3 (partial)", "typing-extensions": "4.13" });
    const { leftOut, warnings } = split(providedPackages(named));
    assert.deepEqual(leftOut, ["pydantic 2.11.3", "typing-extensions 4.13"]);
    assert.equal(warnings.length, 1);
    assert.match(
      warnings[0]!,
      /^provided\.pydantic: the layer brings pydantic without the files that its `dependencyExclude`/,
    );
  });

  it("are left out by exact name, none of what they need", () => {
    assert.deepEqual(split([{ name: "Pydantic", version: "2.11.3" }]), { leftOut: ["pydantic 2.11.3"], warnings: [] });
    assert.deepEqual(split([{ name: "typing_extensions", version: "4.13.0" }]).leftOut, ["typing-extensions 4.13"]);
  });

  it("may be more than the function needs", () => {
    assert.deepEqual(split([{ name: "boto3", version: "1.40.0" }]), { leftOut: [], warnings: [] });
  });

  it("are compared with what the lock resolves on the function's target", () => {
    assert.deepEqual(split([{ name: "numpy", version: "2.2.1" }]).leftOut, ["numpy 2.2.1"]);
    assert.equal(problems([{ name: "numpy", version: "1.26.4" }]).length, 1);
  });

  it("of another version are an error that names both, all of them at once", () => {
    const [pydantic, core, ...more] = problems([
      { name: "pydantic", version: "2.10.0" },
      { name: "pydantic-core", version: "2.33.0" },
      { name: "typing-extensions", version: "4.13" },
    ]);
    assert.match(pydantic!, /^provided\.pydantic: the layer has pydantic 2\.10\.0, but uv\.lock has 2\.11\.3/);
    assert.match(core!, /^provided\.pydantic-core: .*2\.33\.0.*2\.33\.1/);
    assert.deepEqual(more, []);
  });

  it("of another version are left out with a warning where that was asked for", () => {
    const { leftOut, warnings } = split([{ name: "pydantic", version: "2.10.0", otherVersion: "warning" }]);
    assert.deepEqual(leftOut, ["pydantic 2.11.3"]);
    assert.match(warnings.join(), /^provided\.pydantic: .*2\.10\.0.*2\.11\.3/);
  });

  it("of any version are left out without a version", () => {
    assert.deepEqual(split([{ name: "pydantic" }, { name: "from-git" }]), {
      leftOut: ["pydantic 2.11.3", "from-git undefined"],
      warnings: [],
    });
  });

  it("ship when the lock names no version to compare with", () => {
    const { leftOut, warnings } = split([{ name: "from-git", version: "1.0" }]);
    assert.deepEqual(leftOut, []);
    assert.match(warnings.join(), /no version of from-git.*ships/);
  });

  it("are never local packages", () => {
    assert.match(problems([{ name: "shared", version: "0.1" }]).join(), /^provided\.shared: .*local package/);
  });
});
