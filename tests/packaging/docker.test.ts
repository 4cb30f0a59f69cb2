import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { UvLambdaError } from "../../provider/lib/errors.js";
import { silent } from "../../provider/lib/log.js";
import type { MachineSettings } from "../../provider/lib/machine.js";
import { createPackager } from "../../provider/packaging/createPackager.js";
import type { Artifact, PackageRequest } from "../../provider/packaging/request.js";
import { runCommand, waitUntil } from "../support/commands.js";
import { useBench, shippedPaths, type PackagingBench } from "./support/bench.js";
import { FakeDocker, valuesOf, type FakeBehaviour } from "./support/fakeDocker.js";
import { requestFor, withMember } from "./support/fixture.js";

const fixture = withMember("docker", { name: "pure" });

const [here, other] = process.arch === "arm64" ? (["arm64", "x86_64"] as const) : (["x86_64", "arm64"] as const);
const platforms = { arm64: "linux/arm64", x86_64: "linux/amd64" };
const password = "S3CRET-of-the-index";

describe("bundling in docker", function () {
  this.timeout(120_000);
  let bench: PackagingBench;
  let folder: string;
  useBench(fixture, (...opened) => ([bench, folder] = opened));

  function settingsWith(docker: FakeDocker): Partial<MachineSettings> {
    const environment = bench.environment();
    const more = { UV_INDEX_CORP_PASSWORD: password, DOCKER_CONTEXT: "mine", DOCKER_CONFIG: "/logins" };
    return {
      cacheDir: bench.fresh("store"),
      environment: { ...environment, ...more, PATH: `${docker.bin}${path.delimiter}${environment["PATH"]}` },
    };
  }

  const fake = (behaviour?: FakeBehaviour) => new FakeDocker(bench.fresh("docker"), behaviour);

  function build(wanted: Partial<PackageRequest>, more: Partial<MachineSettings>): Promise<Artifact> {
    return bench.build(
      folder,
      { project: "project", architecture: here, bundling: { mode: "docker" }, ...wanted },
      more,
    );
  }

  async function refused(docker: FakeDocker, says: RegExp, more?: Partial<MachineSettings>): Promise<void> {
    const machine = more ?? settingsWith(docker);
    await assert.rejects(build({}, machine), (error: unknown) => {
      assert.ok(error instanceof UvLambdaError, String(error));
      assert.equal(error.code, "DOCKER_FAILED", error.message);
      assert.deepEqual(
        error.problems.map(({ property }) => property),
        ["bundling.mode"],
      );
      assert.match(error.problems[0]?.message ?? "", says);
      return true;
    });
    await leavesNothing(machine);
  }

  function leavesNothing({ cacheDir = "" }: Partial<MachineSettings>): Promise<void> {
    const temporary = path.join(cacheDir, "v1", ".temporary");
    return waitUntil("its folders are removed", 10_000, () => fs.readdirSync(temporary).length === 0);
  }

  describe("with a stand-in for the command", () => {
    it("runs uv's own commands in containers of AWS's build image, which see the project and write to one folder", async () => {
      const docker = fake();
      const machine = settingsWith(docker);
      const artifact = await build({}, machine);
      assert.deepEqual(shippedPaths(artifact), [
        "alpha/__init__.py",
        "handler.py",
        "lib/__init__.py",
        "pure/__init__.py",
      ]);
      const image = `public.ecr.aws/sam/build-python3.11:latest-${here}`;
      assert.deepEqual(
        docker.calls("pull").map(({ argv }) => argv),
        [["pull", "--quiet", "--platform", platforms[here], image]],
      );
      const runs = docker.calls("run");
      assert.ok(runs.some(({ argv }) => argv.includes("pip")) && runs.some(({ argv }) => argv.includes("build")));
      for (const run of runs) {
        const { argv } = run;
        const at = argv.indexOf(image);
        assert.deepEqual(valuesOf(run, "--platform"), [platforms[here]]);
        assert.deepEqual(valuesOf(run, "--user"), [`${process.getuid?.()}:${process.getgid?.()}`]);
        assert.deepEqual(valuesOf(run, "--workdir"), [path.join(folder, "project")]);
        assert.ok(argv.slice(0, at).includes("--rm"));
        assert.ok(["pip", "build"].includes(argv[at + 1] ?? ""), argv.join(" "));
        const mounts = valuesOf(run, "--mount");
        const writable = mounts.filter((mount) => !mount.endsWith(",readonly"));
        for (const mount of writable) assert.ok(mount.includes(`source=${machine.cacheDir}/`), mount);
        for (const shown of ["project", "index"])
          assert.ok(
            mounts.some((mount) => mount.includes(`target=${folder}/${shown},readonly`)),
            shown,
          );
        assert.equal(run.env["DOCKER_CONTEXT"], "mine");
        assert.ok(!valuesOf(run, "--env").some((given) => given.startsWith("DOCKER_")));
      }
      const names = runs.map((run) => valuesOf(run, "--name")[0]);
      assert.equal(new Set(names).size, names.length);
    });

    it("gives credentials by the environment, never on the command line", async () => {
      const docker = fake();
      await build({}, settingsWith(docker));
      const runs = docker.calls("run");
      assert.ok(runs.length > 0);
      for (const run of runs) {
        assert.ok(valuesOf(run, "--env").includes("UV_INDEX_CORP_PASSWORD"));
        assert.equal(run.env["UV_INDEX_CORP_PASSWORD"], password);
      }
      for (const { argv } of docker.calls()) assert.ok(!argv.join("\n").includes(password), argv.join(" "));
    });

    it("shows the settings of the user and of the system to uv, and takes an empty variable for none", async () => {
      const docker = fake();
      const settings = settingsWith(docker);
      const home = bench.fresh("settings");
      const [user, system] = [path.join(home, ".config", "uv"), path.join(home, "system", "uv")];
      for (const place of [user, system]) {
        fs.mkdirSync(place, { recursive: true });
        fs.writeFileSync(path.join(place, "uv.toml"), "concurrent-builds = 1\n");
      }
      const variables = { HOME: home, XDG_CONFIG_HOME: "", XDG_CONFIG_DIRS: path.dirname(system) };
      await build({}, { ...settings, environment: { ...settings.environment, ...variables } });
      const runs = docker.calls("run");
      assert.ok(runs.length > 0);
      for (const run of runs) {
        const mounts = valuesOf(run, "--mount").join("\n");
        for (const shown of [user, path.join(system, "uv.toml")])
          assert.ok(mounts.includes(`target=${shown},readonly`), mounts);
        const given = valuesOf(run, "--env");
        assert.ok(given.includes(`XDG_CONFIG_HOME=${path.dirname(user)}`), given.join(" "));
        assert.ok(given.includes(`XDG_CONFIG_DIRS=${path.dirname(system)}`), given.join(" "));
      }
    });

    it("gives the same bytes as a build on this machine if nothing native is built", async () => {
      const docker = fake();
      const machine = settingsWith(docker);
      const local = { bundling: { mode: "local" }, sourceBuilds: ["pure"] } as const;
      assert.equal((await build({}, machine)).outputHash, (await build(local, machine)).outputHash);
    });

    it("takes the image that is given, pulls it only when it is missing, and builds again for another", async () => {
      const docker = fake({ has: platforms[here] });
      const machine = settingsWith(docker);
      const withImage = (image: string) => build({ bundling: { mode: "docker", image } }, machine);
      await withImage("registry.example/build:1");
      assert.deepEqual(docker.calls("pull"), []);
      const before = docker.calls().length;
      assert.equal((await withImage("registry.example/build:1")).cacheHit, true);
      assert.equal(docker.calls().length, before, "an unchanged build starts no docker");
      assert.equal((await withImage("registry.example/build:2")).cacheHit, false);
      assert.ok(docker.calls("run").at(-1)?.argv.includes("registry.example/build:2"));
    });

    it("pulls again what is there for another architecture only", async () => {
      const docker = fake({ has: platforms[other] });
      await build({}, settingsWith(docker));
      assert.equal(docker.calls("pull").length, 1);
    });

    it("sets no user for a rootless daemon, whose root is the user", async () => {
      const docker = fake({ security: '["name=seccomp","name=rootless"]' });
      await build({}, settingsWith(docker));
      const users = docker.calls("run").map((run) => valuesOf(run, "--user"));
      assert.ok(users.length > 0);
      assert.deepEqual(users.flat(), []);
    });

    it("fetches the same uv for an image of another architecture", async () => {
      const version = /uv (\S+)/.exec((await runCommand([bench.uv, "--version"], { cwd: "/", env: {} })).stdout)?.[1];
      const processor = other === "arm64" ? "aarch64" : "x86_64";
      const withUv = await bench.prepare({
        ...fixture,
        wheels: [
          { name: "alpha" },
          {
            name: "uv",
            version: String(version),
            tag: `py3-none-manylinux_2_17_${processor}`,
            files: { [`uv-${version}.data/scripts/uv`]: `#!/bin/sh\nexec '${bench.uv}' "$@"\n` },
          },
        ],
      });
      const docker = fake();
      const machine = settingsWith(docker);
      const wanted = { project: "project", architecture: other, bundling: { mode: "docker" } } as const;
      await bench.build(withUv, wanted, machine);
      const mount = valuesOf(docker.calls("run")[0]!, "--mount").find((value) => value.includes("target=/uvlambda/uv"));
      assert.match(mount ?? "", new RegExp(`source=${machine.cacheDir}/v1/uvbinary/\\w+/bin/uv,`));
    });

    it("says what is missing: docker, its daemon, the image, a container that starts", async () => {
      const docker = fake();
      const noDocker = { ...settingsWith(docker), environment: { ...bench.environment(), PATH: bench.fresh("empty") } };
      await refused(docker, /docker command cannot be started[^]*mode: "local"/, noDocker);
      const failing = (command: string, says: string, code: number) => fake({ fails: { command, says, code } });
      await refused(failing("info", "Cannot connect to the Docker daemon", 1), /Cannot connect[^]*DOCKER_HOST/);
      await refused(
        failing("pull", "manifest unknown", 1),
        /latest-\w+ cannot be pulled[^]*manifest unknown[^]*docker login/,
      );
      await refused(failing("run", "docker: bind source path does not exist", 125), /no container[^]*bind source/);
      await refused(failing("run", "exec /uvlambda/uv: exec format error", 1), /cannot run linux\/[^]*binfmt/);
      await refused(failing("run", "", 137), /was killed[^]*memory/);
    });

    it("does not take the output of a successful build for a failure of docker", async () => {
      await build({}, settingsWith(fake({ noise: "exec /uvlambda/uv: exec format error" })));
    });

    it("ends the container at a cancel and leaves nothing behind", async () => {
      const docker = fake({ hangs: true });
      const machine = settingsWith(docker);
      const packager = createPackager(bench.settings(machine));
      const wanted = { project: "project", architecture: here, bundling: { mode: "docker" } } as const;
      const building = packager.package(requestFor(folder, wanted), { reporter: silent });
      const rejection = assert.rejects(building, { code: "CANCELLED" });
      await waitUntil("a container runs", 30_000, () => docker.calls("run").length > 0);
      packager.cancel();
      await rejection;
      const started = docker.calls("run").flatMap((run) => valuesOf(run, "--name"));
      // A container that was about to start may be removed too, and before the others.
      const removed = () => docker.calls("rm").map(({ argv }) => argv.join(" "));
      await waitUntil("they are removed", 10_000, () =>
        started.every((name) => removed().includes(`rm --force ${name}`)),
      );
      await leavesNothing(machine);
    });

    it("ends a container that takes too long", async () => {
      const docker = fake({ hangs: true });
      const settings = { ...settingsWith(docker), timeoutMs: 5_000 };
      await assert.rejects(build({}, settings), { code: "TIMEOUT" });
      const started = docker.calls("run").flatMap((run) => valuesOf(run, "--name"));
      const removed = docker.calls("rm").map(({ argv }) => argv[2] ?? "");
      assert.ok(removed.length > 0 && removed.every((name) => started.includes(name)), removed.join());
      await leavesNothing(settings);
    });

    it("builds on this machine only what it is told to: the local mode never asks docker", async () => {
      const docker = fake();
      await build({ bundling: { mode: "local" }, sourceBuilds: ["pure"] }, settingsWith(docker));
      assert.deepEqual(docker.calls(), []);
    });
  });
});
