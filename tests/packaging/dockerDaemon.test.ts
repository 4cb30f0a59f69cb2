import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import type { MachineSettings } from "../../provider/lib/machine.js";
import { createPackager } from "../../provider/packaging/createPackager.js";
import { waitUntil } from "../support/commands.js";
import { skipIf } from "../support/skip.js";
import { contentOf, openBench, shippedPaths, type PackagingBench } from "./support/bench.js";
import { DockerDaemon, whyNoDaemon } from "./support/dockerDaemon.js";
import { requestFor, withMember } from "./support/fixture.js";
import { sourceThatTells } from "./support/sources.js";

/** Its package says where it was built. */
const tells = withMember("tells", sourceThatTells("tells"));

const here = process.arch === "arm64" ? "arm64" : "x86_64";

describe("bundling in docker, with a real daemon", function () {
  this.timeout(120_000);
  let bench: PackagingBench;
  let daemon: DockerDaemon;

  before(async function () {
    bench = openBench(this);
    skipIf(this, whyNoDaemon() ?? (here === "x86_64" ? undefined : "the image is made for x86_64"));
    daemon = new DockerDaemon(bench.fresh("daemon"));
    await daemon.start();
  });
  after(async () => {
    await daemon?.stop();
    bench?.remove();
  });

  const real = (): Partial<MachineSettings> => ({
    cacheDir: bench.fresh("store"),
    environment: { ...bench.environment(), ...daemon.environment, HOME: bench.fresh("home") },
  });
  const wanted = (image: string) =>
    ({ project: "project", architecture: here, bundling: { mode: "docker", image } }) as const;

  it("builds inside the image, for the user, and leaves no container", async () => {
    const where = await bench.prepare(tells);
    const machine = real();
    const artifact = await bench.build(where, wanted(daemon.image), machine);
    const told = String(contentOf(artifact).get("tells/__init__.py"));
    assert.equal(told, "PYTHON = (3, 11)\nMARK = True\n");
    assert.ok(shippedPaths(artifact).includes("lib/__init__.py"));
    const local = { ...wanted(""), bundling: { mode: "local" }, sourceBuilds: ["tells"] } as const;
    const here11 = await bench.build(where, local, real());
    assert.match(String(contentOf(here11).get("tells/__init__.py")), /MARK = False/, "the mark is the image's own");
    assert.equal((await bench.build(where, wanted(daemon.image), machine)).cacheHit, true);
    assert.equal(await daemon.docker("ps", "--all", "--quiet"), "");
  });

  it("says that the image cannot be pulled, as docker said it", async () => {
    const where = await bench.prepare(tells);
    const building = bench.build(where, wanted("registry.invalid/nothing:1"), real());
    await assert.rejects(building, {
      code: "DOCKER_FAILED",
      message: /registry\.invalid\/nothing:1 cannot be pulled/,
    });
  });

  it("kills the container at a cancel", async () => {
    const slow = sourceThatTells("tells");
    const backend = String(slow.files?.["backend.py"]).replace(
      "    base =",
      "    import time; time.sleep(600)\n    base =",
    );
    const where = await bench.prepare({
      ...tells,
      sdists: [{ ...slow, files: { ...slow.files, "backend.py": backend } }],
    });
    const machine = real();
    const messages: string[] = [];
    const say = (message: string) => void messages.push(message);
    const packager = createPackager(bench.settings(machine));
    const reporter = { progress: say, warn: say };
    const building = packager.package(requestFor(where, wanted(daemon.image)), { reporter });
    const rejection = assert.rejects(building, { code: "CANCELLED" });
    await waitUntil("the build runs", 60_000, () => messages.some((message) => message.includes("Building tells")));
    assert.notEqual(await daemon.docker("ps", "--quiet"), "");
    packager.cancel();
    await rejection;
    const temporary = path.join(machine.cacheDir ?? "", "v1", ".temporary");
    await waitUntil("its folders are removed", 10_000, () => fs.readdirSync(temporary).length === 0);
    assert.equal(await daemon.docker("ps", "--all", "--quiet"), "");
  });
});
