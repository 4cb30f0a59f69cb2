import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import type { UvLambdaError } from "../../provider/lib/errors.js";
import { proposedCommand, proposedName, proposedValue } from "../support/proposals.js";
import { runCommand } from "../support/commands.js";
import { refused } from "../support/refused.js";
import { openBench, shippedPaths, type PackagingBench } from "./support/bench.js";
import { pyproject, type Fixture, type Wanted } from "./support/fixture.js";

const answer = "def handler(event, context): return 1\n";
const levels = { handler: "error", binaries: "error", collisions: "error", sizes: "error" } as const;

/** Follows each fix that a hint about shipped files names: the build then works, and reports nothing more. */
describe("each fix that a check names leads to a build:", function () {
  this.timeout(120_000);
  let bench: PackagingBench;
  before(function () {
    bench = openBench(this);
  });
  after(() => bench?.remove());

  const prepare = (fixture: Pick<Fixture, "files" | "wheels" | "sdists">) =>
    bench.prepare({ name: "check", cases: [], ...fixture });

  async function works(folder: string, wanted: Partial<Wanted>, about: RegExp, more = {}): Promise<string[]> {
    bench.messages.length = 0;
    const artifact = await bench.build(folder, { project: "project", ...wanted }, more);
    assert.doesNotMatch(bench.messages.join("\n"), about);
    return shippedPaths(artifact);
  }

  it("collisions with the project's own file", async () => {
    const folder = await prepare({
      files: {
        "project/pyproject.toml": pyproject({ name: "app", dependencies: ["clash", "alpha"] }),
        "project/handler.py": answer,
        "project/clash/__init__.py": "OWN = 1\n",
      },
      wheels: [{ name: "clash" }, { name: "alpha" }],
    });
    const error = await refused(bench.build(folder, { project: "project" }), "FILE_CONFLICT", /clash/);
    const about = /clash\/__init__/;
    await works(folder, { [proposedName(error, "prune")]: ["clash"] }, about);
    await works(folder, { [proposedName(error, "exclude")]: ["/clash"] }, about);
    const checks = { ...levels, collisions: "warn" } as const;
    proposedName(error, "checks.collisions");
    await bench.build(folder, { project: "project", checks });
    fs.renameSync(path.join(folder, "project/clash"), path.join(folder, "project/own_clash"));
    assert.ok((await works(folder, {}, about)).includes("own_clash/__init__.py"));
  });

  it("collisions between packages", async () => {
    const shared = (name: string) => ({ name, files: { "shared/__init__.py": `OWNER = "${name}"\n` } });
    const folder = await prepare({
      files: {
        "project/pyproject.toml": pyproject({ name: "app", dependencies: ["papa", "quebec"] }),
        "project/handler.py": answer,
      },
      wheels: [shared("papa"), shared("quebec")],
    });
    bench.messages.length = 0;
    await bench.build(folder, { project: "project" });
    const text = bench.messages.join("\n");
    await works(folder, { [proposedName(text, "prune")]: ["papa"] }, /papa|quebec/);
    const collisions = proposedValue<"off">(text, "checks.collisions");
    await works(folder, { checks: { ...levels, collisions } }, /papa|quebec/);
  });

  it("a package that is split over archive and layer", async () => {
    const folder = await prepare({
      files: {
        "project/pyproject.toml": pyproject({ name: "app", dependencies: ["acme-wheel"] }),
        "project/handler.py": "import acme.own\n" + answer,
        "project/acme/__init__.py": "",
        "project/acme/own.py": "",
      },
      wheels: [{ name: "acme-wheel", files: { "acme/part/wheel.py": "" } }],
    });
    const layer = { project: "project", packageFormat: "layer" } as const;
    const error = await refused(bench.build(folder, layer), "FILE_CONFLICT", /hides/);
    await works(folder, { packageFormat: proposedValue(error, "packageFormat") }, /acme/);
    fs.rmSync(path.join(folder, "project/acme/__init__.py"));
    await works(folder, { packageFormat: "layer" }, /acme/);
  });

  it("a layer beside an archive without code", async () => {
    const folder = await prepare({
      files: { "project/pyproject.toml": pyproject({ name: "app", dependencies: ["entry"] }) },
      wheels: [{ name: "entry", files: { "entry.py": answer } }],
    });
    const wanted = { handler: "entry.handler", packageFormat: "layer" } as const;
    const error = await refused(bench.build(folder, { project: "project", ...wanted }), "NO_CODE", /empty/);
    await works(folder, { ...wanted, packageFormat: proposedValue(error, "packageFormat") }, /empty/);
  });

  it("more than Lambda unpacks", async () => {
    const folder = await prepare({
      files: {
        "project/pyproject.toml": pyproject({
          name: "app",
          dependencies: ["boto3"],
          more: '[dependency-groups]\nheavy = ["heavy"]\n',
        }),
        "project/handler.py": answer,
      },
      wheels: [
        { name: "boto3", files: { "boto3/data.bin": "\0".repeat(131_000_000) } },
        { name: "heavy", files: { "heavy/data.bin": "\0".repeat(132_000_000) } },
      ],
    });
    const groups = { groups: ["heavy"] };
    const error = await refused(bench.build(folder, { project: "project", ...groups }), "TOO_LARGE", /250/);
    await works(folder, { ...groups, [proposedName(error, "prune")]: ["boto3"] }, /250/);
    await works(folder, { ...groups, [proposedName(error, "dependencyExclude")]: ["heavy/data.bin"] }, /250/);
    await works(folder, { [proposedName(error, "groups")]: [] }, /250/);
    const packageFormat = proposedValue<"image">(error, "packageFormat");
    await bench.build(folder, { project: "project", ...groups, packageFormat });
  });

  it("secrets", async () => {
    const folder = await prepare({
      files: {
        "project/pyproject.toml": pyproject({ name: "app" }),
        "project/handler.py": answer,
        "project/keys/server.key": "key\n",
      },
    });
    const error = await refused(bench.build(folder, { project: "project" }), "SECRET_FILE", /server\.key/);
    assert.ok(
      !(await works(folder, { [proposedName(error, "exclude")]: ["*.key"] }, /key/)).includes("keys/server.key"),
    );
    const include = proposedValue<string[]>(error, "include");
    assert.ok((await works(folder, { include }, /key/)).includes("keys/server.key"));
    const secrets = proposedValue<"warn">(error, "checks.secrets");
    await bench.build(folder, { project: "project", checks: { ...levels, secrets } });
  });

  it("what a layer provides in another version, or in part", async () => {
    const folder = await prepare({
      files: {
        "project/pyproject.toml": pyproject({ name: "app", dependencies: ["alpha"] }),
        "project/handler.py": answer,
      },
      wheels: [
        { name: "alpha", version: "2.0" },
        { name: "alpha", version: "1.0" },
      ],
    });
    const provided = (more: object) => [
      { name: "alpha", version: "1.0", otherVersion: "error" as const, property: "provided", ...more },
    ];
    const error = await refused(
      bench.build(folder, { project: "project", provided: provided({}) }),
      "INVALID_INPUT",
      /alpha/,
    );
    const [, ...args] = proposedCommand(error, "uv lock");
    const cwd = path.join(folder, "project");
    assert.equal((await runCommand([bench.uv, ...args], { cwd, env: bench.environment() })).code, 0);
    assert.deepEqual(await works(folder, { provided: provided({}) }, /alpha/), ["handler.py"]);
    bench.messages.length = 0;
    await bench.build(folder, { project: "project", provided: provided({ isPartial: true }) });
    assert.match(bench.messages.join("\n"), /remove alpha from `provided`/);
    assert.ok((await works(folder, { provided: [] }, /alpha/)).includes("alpha/__init__.py"));
  });

  it("a lock that leaves out the target: its environment, the other machine, the other runtime", async () => {
    const restricted = (marker: string) =>
      prepare({
        files: {
          "project/pyproject.toml": pyproject({
            name: "app",
            dependencies: ["alpha"],
            more: `[tool.uv]\nenvironments = ["${marker}"]\n`,
          }),
          "project/handler.py": answer,
        },
        wheels: [{ name: "alpha" }],
      });
    for (const [marker, input] of [
      ["platform_machine == 'x86_64'", "architecture"],
      ["python_version >= '3.13'", "runtime"],
      ["implementation_name == 'pypy'", undefined],
      ["sys_platform == 'win32'", undefined],
    ] as const) {
      const folder = await restricted(marker);
      const error: UvLambdaError = await refused(
        bench.build(folder, { project: "project" }),
        "TARGET_NOT_LOCKED",
        /uv\.lock/,
      );
      if (input !== undefined)
        assert.ok(
          (await works(folder, { [input]: proposedValue(error, input) }, /lock/)).includes("alpha/__init__.py"),
        );
      const file = path.join(folder, "project/pyproject.toml");
      const added = /add "([^"]+)"/.exec(error.hint ?? "")?.[1];
      assert.ok(added !== undefined, error.hint);
      fs.writeFileSync(file, fs.readFileSync(file, "utf8").replace("environments = [", `environments = ["${added}", `));
      const [, ...args] = proposedCommand(error, "uv lock");
      await bench.lock(path.join(folder, "project"), ...args.slice(1));
      assert.ok((await works(folder, {}, /lock/)).includes("alpha/__init__.py"), marker);
    }
  });

  it("what would be built, and what a setting forbids", async () => {
    const folder = await prepare({
      files: {
        "project/pyproject.toml": pyproject({
          name: "app",
          dependencies: ["twofold"],
          members: ["core"],
          more: "[tool.uv.workspace]\nmembers = ['core']\n",
        }),
        "project/handler.py": answer,
        "project/core/pyproject.toml": pyproject({ name: "core", backend: "uv_build" }),
        "project/core/src/core/__init__.py": "",
      },
      wheels: [{ name: "twofold" }],
      sdists: [{ name: "twofold" }],
    });
    const file = path.join(folder, "project/pyproject.toml");
    const before = fs.readFileSync(file, "utf8");
    const set = async (setting: string) => {
      fs.writeFileSync(file, `${before}\n[tool.uv]\n${setting}\n`);
      await bench.lock(path.join(folder, "project"));
    };
    const build = (more = {}) => bench.build(folder, { project: "project" }, more);
    await set('no-binary-package = ["twofold"]');
    const binary = await refused(build(), "NO_WHEEL", /twofold/);
    await works(folder, { sourceBuilds: proposedValue(binary, "sourceBuilds") }, /twofold/);
    await set("no-build = true");
    const forbidden = await refused(build(), "BUILD_FORBIDDEN", /core/);
    await set(
      `no-build = true\n${proposedCommand(forbidden, "no-binary-package").join(" ").replace("[core]", '["core"]')}`,
    );
    await works(folder, {}, /core/);
    await set("");
    const untrusted = await refused(build({ noBuilds: true }), "BUILD_FORBIDDEN", /core/);
    proposedName(untrusted, "UVLAMBDA_NO_BUILDS");
    await works(folder, {}, /core/, { noBuilds: false });
  });
});
