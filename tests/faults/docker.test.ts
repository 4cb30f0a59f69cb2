import assert from "node:assert/strict";
import * as fs from "node:fs";
import { exitCodes } from "../../provider/cli/exitCodes.js";
import { UvLambdaError } from "../../provider/lib/errors.js";
import { useBench, type PackagingBench } from "../packaging/support/bench.js";
import { FakeDocker, type FakeBehaviour } from "../packaging/support/fakeDocker.js";
import { pyproject, type Fixture } from "../packaging/support/fixture.js";
import { CliBench } from "../support/cli.js";
import { waitUntil } from "../support/commands.js";

const here = process.arch === "arm64" ? "arm64" : "x86_64";

const fixture: Fixture = {
  name: "docker",
  files: {
    "project/pyproject.toml": pyproject({
      name: "app",
      members: ["lib"],
      more: '[tool.uv.workspace]\nmembers = ["lib"]',
    }),
    "project/handler.py": "def handler(event, context):\n    return 1\n",
    "project/lib/pyproject.toml": pyproject({ name: "lib", backend: "setuptools" }),
    "project/lib/setup.py": 'raise RuntimeError("the compiler is missing")\n',
  },
  cases: [],
};

interface DockerFault {
  readonly what: string;
  readonly exit: number;
  readonly says: RegExp;
  /** Absent: there is no docker. */
  readonly behaviour?: FakeBehaviour;
}

const failing = (command: string, says: string, code: number): FakeBehaviour => ({ fails: { command, says, code } });
const faults: readonly DockerFault[] = [
  { what: "no docker", exit: 2, says: /docker command cannot be started[^]*Install Docker/ },
  {
    what: "no daemon",
    exit: 2,
    says: /Cannot connect to the Docker daemon[^]*Start Docker/,
    behaviour: failing("info", "Cannot connect to the Docker daemon", 1),
  },
  {
    what: "no image",
    exit: 2,
    says: /manifest unknown[^]*docker login/,
    behaviour: failing("pull", "manifest unknown", 1),
  },
  { what: "a build that fails inside", exit: 1, says: /the compiler is missing/, behaviour: {} },
  {
    what: "a build that fails and speaks of another program, too",
    exit: 1,
    says: /the compiler is missing/,
    behaviour: { noise: "helper: exec format error" },
  },
];

describe("faults: Docker (F47)", function () {
  this.timeout(120_000);

  describe("where builds run in it", () => {
    let bench: PackagingBench;
    let folder: string;
    useBench(fixture, (...opened) => ([bench, folder] = opened));

    for (const { what, exit, says, behaviour } of faults)
      it(`${what}: exit ${exit}, with the tool's own message`, async () => {
        const commands = bench.environment()["PATH"];
        const PATH = behaviour && `${new FakeDocker(bench.fresh("docker"), behaviour).bin}:${commands}`;
        const cacheDir = bench.fresh("store");
        const environment = { ...bench.environment(), PATH: PATH ?? bench.fresh("nothing") };
        const wanted = { project: "project", architecture: here, bundling: { mode: "docker" } } as const;
        await assert.rejects(bench.build(folder, wanted, { cacheDir, environment }), (error: unknown) => {
          assert.ok(error instanceof UvLambdaError, String(error));
          assert.match(`${error.message}\n${error.hint}`, says);
          assert.equal(exitCodes[error.code], exit, error.code);
          return true;
        });
        // Work that was under way beside it ends after the error.
        await waitUntil("nothing is left", 10_000, () => fs.readdirSync(`${cacheDir}/v1/.temporary`).length === 0);
      });
  });

  describe("everywhere else", () => {
    let bench: CliBench;
    before(function () {
      bench = CliBench.openOrSkip(this);
    });
    after(() => bench?.remove());

    it("is not called, whatever the format", async () => {
      const docker = new FakeDocker(bench.at("docker"));
      const project = await bench.project("app", { dependencies: ["alpha"], wheels: [{ name: "alpha" }] });
      for (const format of ["zip", "layer", "image"]) {
        const { code, stderr } = await bench.build(
          ["--project", project, "--runtime", "python3.13", "--format", format],
          {
            env: { PATH: `${docker.bin}:${bench.env["PATH"]}` },
          },
        );
        assert.equal(code, 0, stderr);
      }
      assert.deepEqual(docker.calls(), []);
    });
  });
});
