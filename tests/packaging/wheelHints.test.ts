import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import type { MachineSettings } from "../../provider/lib/machine.js";
import { runCommand } from "../support/commands.js";
import { proposedValue, shellWords } from "../support/proposals.js";
import { makeWheel, type WheelSpec } from "../support/wheels.js";
import { refused } from "../support/refused.js";
import { openBench, shippedPaths, type PackagingBench } from "./support/bench.js";
import { FakeDocker } from "./support/fakeDocker.js";
import { pyproject, type Wanted } from "./support/fixture.js";
import { callHandler, canCall } from "./support/run.js";

/** A lock without a wheel for python3.11, and the fixes that the error must name, in its order. */
interface Scenario {
  readonly name: string;
  readonly wheels: readonly WheelSpec[];
  readonly sdists?: readonly WheelSpec[];
  /** What the index has only after the lock was made. */
  readonly later?: readonly WheelSpec[];
  /** Further lines of pyproject.toml. */
  readonly more?: string;
  readonly requiresPython?: string;
  /** Default: arm64. */
  readonly architecture?: "arm64" | "x86_64";
  readonly ways: readonly (keyof typeof followers)[];
}

const nat = (version: string, ...tags: string[]): WheelSpec[] => tags.map((tag) => ({ name: "nat", version, tag }));

const scenarios: readonly Scenario[] = [
  {
    name: "wheels for a newer glibc, for the other machine and another Python, and source",
    wheels: [
      ...nat("2.0", "cp311-cp311-manylinux_2_34_aarch64", "cp311-cp311-manylinux_2_17_x86_64"),
      ...nat("2.0", "cp313-cp313-manylinux_2_34_aarch64"),
      ...nat("1.0", "cp311-cp311-manylinux_2_17_aarch64"),
    ],
    sdists: [{ name: "nat", version: "2.0" }],
    ways: ["runtime", "architecture", "olderVersion", "sourceBuilds", "dockerfile"],
  },
  {
    name: "nothing but source, on this machine",
    wheels: [],
    sdists: [{ name: "nat", version: "2.0" }],
    architecture: process.arch === "arm64" ? "arm64" : "x86_64",
    ways: ["sourceBuilds", "docker", "dockerfile"],
  },
  {
    name: "a runtime that the lock's environments leave out is not proposed",
    wheels: [
      ...nat("2.0", "cp311-cp311-manylinux_2_34_aarch64", "cp312-cp312-manylinux_2_34_aarch64"),
      ...nat("2.0", "cp313-cp313-manylinux_2_34_aarch64", "cp311-cp311-manylinux_2_17_x86_64"),
      ...nat("1.0", "cp311-cp311-manylinux_2_17_aarch64"),
    ],
    more: "[tool.uv]\nenvironments = [\"platform_machine == 'aarch64' and python_version != '3.12'\"]\n",
    ways: ["runtime", "olderVersion", "dockerfile"],
  },
  {
    name: "an older runtime, where no newer one has wheels",
    wheels: [...nat("2.0", "cp310-cp310-manylinux_2_17_aarch64"), ...nat("3.0", "cp311-cp311-manylinux_2_17_aarch64")],
    more: '[tool.uv]\nconstraint-dependencies = ["nat<3"]\n',
    ways: ["runtime", "dockerfile"],
  },
  {
    name: "a newer version has wheels",
    wheels: nat("1.0", "cp311-cp311-macosx_11_0_arm64", "cp311-cp311-win_amd64"),
    later: nat("2.0", "cp311-cp311-manylinux_2_17_aarch64"),
    requiresPython: "==3.11.*",
    ways: ["newest", "requiredEnvironments", "dockerfile"],
  },
  {
    name: "an older version has wheels",
    wheels: [
      ...nat("2.0", "cp311-cp311-macosx_11_0_arm64", "cp311-cp311-win_amd64"),
      ...nat("1.0", "cp311-cp311-manylinux_2_17_aarch64"),
    ],
    requiresPython: "==3.11.*",
    ways: ["requiredEnvironments", "dockerfile"],
  },
  {
    name: "a wheel in a folder, for another machine",
    wheels: [],
    more: '[tool.uv.sources]\nnat = { path = "../nat-1.0-cp311-cp311-win_amd64.whl" }\n',
    requiresPython: "==3.11.*",
    ways: ["source", "dockerfile"],
  },
];

/** How to recognise each line of the hint, and the value that it proposes. */
const followers = {
  runtime: /^set `runtime: "(?<runtime>python3\.\d+)"`/,
  architecture: /^set `architecture: "(?<architecture>\w+)"`/,
  olderVersion: /glibc 2\.26\b.*, if there is one: `uv (?<command>lock --upgrade-package 'nat==<version>')`/,
  newest: /the newest with `uv (?<command>lock --upgrade-package nat)`/,
  requiredEnvironments: /`(?<setting>tool\.uv\.required-environments = \[.*\])` and `uv lock`/,
  source: /^name a wheel for this target as the source of nat in pyproject\.toml, then (?:run )?`uv lock`/,
  sourceBuilds: /^set `sourceBuilds: (?<sourceBuilds>\["nat"\])`/,
  docker: /^set `bundling: \{ mode: "docker" \}`/,
  dockerfile: /`packageFormat: "image"`, `image\.dockerfile` and `prune: (?<prune>\["nat"\])`/,
} as const;

function edit(folder: string, from: string, to: string): void {
  const file = path.join(folder, "project/pyproject.toml");
  const text = fs.readFileSync(file, "utf8");
  assert.ok(text.includes(from), text);
  fs.writeFileSync(file, text.replace(from, to));
}

describe("each fix that NO_WHEEL names leads to a package that ships:", function () {
  this.timeout(240_000);
  let bench: PackagingBench;
  before(function () {
    bench = openBench(this);
  });
  after(() => bench?.remove());

  for (const scenario of scenarios)
    it(scenario.name, async () => {
      const folder = await bench.prepare({
        name: "nowheel",
        wheels: scenario.wheels,
        sdists: scenario.sdists ?? [],
        files: {
          "project/pyproject.toml": pyproject({
            name: "app",
            dependencies: ["nat"],
            requiresPython: scenario.requiresPython ?? ">=3.10",
            more: scenario.more ?? "",
          }),
          "project/handler.py": "def handler(event, context): return 1\n",
          "project/Dockerfile": "FROM scratch\n",
        },
        prepare: (at) => {
          for (const tag of ["win_amd64", "manylinux_2_17_aarch64"])
            makeWheel({ name: "nat", version: "1.0", tag: `cp311-cp311-${tag}` }, at);
          return Promise.resolve();
        },
        cases: [],
      });
      for (const wheel of scenario.later ?? []) makeWheel(wheel, path.join(folder, "index"));
      const { architecture = "arm64" } = scenario;
      const wanted = { project: "project", architecture, runtime: "python3.11" } as const;
      const { hint = "" } = await refused(bench.build(folder, wanted), "NO_WHEEL", /nat/);
      const lines = hint.split("\n").filter((line) => line.startsWith("- "));
      const told = lines.flatMap((line) => waysIn(line.slice(2)));
      for (const name of scenario.ways)
        assert.ok(
          told.some((way) => way.name === name),
          `${name}: ${hint}`,
        );
      for (const way of told) {
        if (!scenario.ways.includes(way.name)) {
          // Proposals that depend on the index begin with "if". The stand-in for docker runs on this machine only.
          assert.match(way.line, /if (there is one|one has such a wheel)|docker/, hint);
          continue;
        }
        const copy = bench.fresh("followed");
        fs.cpSync(folder, copy, { recursive: true });
        const { request, machine } = await follow(way, copy);
        const artifact = await bench.build(copy, { ...wanted, ...request }, machine);
        const brings = way.name === "dockerfile" ? [] : ["nat/__init__.py"];
        if (way.name !== "dockerfile") assert.deepEqual(shippedPaths(artifact), ["handler.py", ...brings], way.line);
        else assert.deepEqual(artifact.packages, {});
        const minor = (request.runtime ?? wanted.runtime).replace("python", "");
        if (way.name !== "dockerfile" && canCall(minor))
          assert.equal((await callHandler(artifact, { handler: "handler.handler", minor })).value, 1, way.line);
      }
    });

  interface Way {
    readonly name: keyof typeof followers;
    readonly line: string;
    readonly groups: Readonly<Record<string, string>>;
  }

  /** The fixes of one line. A line without a known fix has no test. */
  function waysIn(line: string): Way[] {
    const ways = (Object.keys(followers) as Way["name"][]).flatMap((name) => {
      const match = followers[name].exec(line);
      return match === null ? [] : [{ name, line, groups: { ...match.groups } }];
    });
    assert.ok(ways.length > 0, `nobody follows: ${line}`);
    return ways;
  }

  async function follow(
    { name, line, groups }: Way,
    folder: string,
  ): Promise<{ request: Partial<Wanted>; machine?: Partial<MachineSettings> }> {
    const root = path.join(folder, "project");
    switch (name) {
      case "runtime":
      case "architecture":
        return { request: { [name]: proposedValue(line, name) } };
      case "sourceBuilds":
        return { request: { sourceBuilds: proposedValue(line, name) } };
      case "dockerfile":
        return {
          request: {
            packageFormat: "image",
            image: { dockerfile: path.join(root, "Dockerfile") },
            prune: proposedValue(line, "prune"),
          },
        };
      case "docker": {
        const docker = new FakeDocker(bench.fresh("docker"));
        const environment = bench.environment();
        const PATH = `${docker.bin}${path.delimiter}${environment["PATH"]}`;
        return {
          request: { bundling: proposedValue(line, "bundling") },
          machine: { environment: { ...environment, PATH } },
        };
      }
      case "olderVersion":
      case "newest":
        await uv(root, (groups["command"] ?? "").replace("<version>", "1.0"));
        return { request: {} };
      case "requiredEnvironments": {
        const [, key = "", value = ""] = /^tool\.uv\.(\S+) = (.*)$/.exec(groups["setting"] ?? "") ?? [];
        fs.appendFileSync(path.join(root, "pyproject.toml"), `[tool.uv]\n${key} = ${value}\n`);
        await uv(root, "lock");
        return { request: {} };
      }
      case "source":
        edit(folder, "win_amd64", "manylinux_2_17_aarch64");
        await uv(root, "lock");
        return { request: {} };
    }
  }

  async function uv(cwd: string, command: string): Promise<void> {
    const { code, stderr } = await runCommand([bench.uv, ...shellWords(command)], { cwd, env: bench.environment() });
    assert.equal(code, 0, stderr);
  }
});
