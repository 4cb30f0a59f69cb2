import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import * as path from "node:path";
import { makeSdist, makeWheel } from "../support/wheels.js";
import { findTool } from "../support/machine.js";
import { skip } from "../support/skip.js";
import { refused } from "../support/refused.js";
import { pathAndGit } from "./fixtures/dependencies.js";
import { contentOf, openBench, shippedPaths, type PackagingBench } from "./support/bench.js";
import { pyproject, type Fixture } from "./support/fixture.js";
import { callHandler, canCall } from "./support/run.js";

describe("packages that do not come from an index", function () {
  this.timeout(120_000);
  let bench: PackagingBench;
  let server: http.Server;
  let files: string;

  before(async function () {
    bench = openBench(this);
    files = bench.fresh("files");
    server = http.createServer((request, response) => {
      const file = path.join(files, path.basename(request.url ?? ""));
      if (fs.existsSync(file)) response.writeHead(200).end(fs.readFileSync(file));
      else response.writeHead(404).end();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });
  after(() => {
    server?.closeAllConnections();
    server?.close();
    bench?.remove();
  });

  function project(): Fixture {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    makeWheel({ name: "far-wheel", version: "3.0", dependencies: ["of-far"] }, files);
    makeSdist({ name: "far-source", version: "4.0" }, files);
    return {
      name: "direct-urls",
      wheels: [{ name: "of-far" }],
      files: {
        "project/pyproject.toml": pyproject({
          name: "app",
          dependencies: [`far-wheel @ ${url}/far_wheel-3.0-py3-none-any.whl`, "near-wheel"],
          more: [
            "[dependency-groups]",
            `source = ["far-source @ ${url}/far_source-4.0.tar.gz"]`,
            "[tool.uv.sources]",
            'near-wheel = { path = "../wheels/near_wheel-1.0.0-py3-none-any.whl" }',
          ].join("\n"),
        }),
        "project/handler.py":
          "import far_wheel, near_wheel, of_far\ndef handler(event, context):\n    return far_wheel.VERSION\n",
      },
      prepare: (folder) => {
        makeWheel({ name: "near-wheel" }, path.join(folder, "wheels"));
        return Promise.resolve();
      },
      cases: [],
    };
  }

  it("from a direct URL and a file: wheels are installed, sources are built only when they are named", async () => {
    const folder = await bench.prepare(project());
    const artifact = await bench.build(folder, { project: "project" });
    const wheels = ["far_wheel/__init__.py", "handler.py", "near_wheel/__init__.py", "of_far/__init__.py"];
    assert.deepEqual(shippedPaths(artifact), wheels);
    assert.deepEqual(artifact.packages, { "far-wheel": "3.0", "near-wheel": "1.0.0", "of-far": "1.0.0" });
    assert.ok(![...contentOf(artifact).keys()].some((name) => name.endsWith("direct_url.json")));
    if (canCall("3.11")) {
      const { value } = await callHandler(artifact, { handler: "handler.handler", minor: "3.11" });
      assert.equal(value, "3.0");
    }
    const withSource = { project: "project", groups: ["source"] };
    await refused(bench.build(folder, withSource), "NO_WHEEL", /far-source[^]*sourceBuilds/);
    const built = await bench.build(folder, { ...withSource, sourceBuilds: ["Far_Source"] });
    assert.equal(built.packages["far-source"], "4.0");
    const content = contentOf(built);
    assert.equal(content.get("far_source/__init__.py")?.toString(), 'VERSION = "4.0"\n');
    assert.match(content.get("far_source-4.0.dist-info/WHEEL")?.toString() ?? "", /^Generator: uvlambda$/m);
  });

  it("from git: built only when they are named, and never by a misspelt name", async function () {
    if (findTool("git", "UVLAMBDA_TEST_GIT") === undefined) skip(this, "needs git");
    const folder = await bench.prepare(pathAndGit);
    await refused(bench.build(folder, { project: "project" }), "NO_WHEEL", /from-git[^]*sourceBuilds: \["from-git"\]/);
    const misspelt = { project: "project", sourceBuilds: ["form-git"], prune: ["of-giit"] };
    const error = await refused(bench.build(folder, misspelt), "INVALID_INPUT", /Did you mean/i);
    assert.deepEqual(error.problems.map(({ property }) => property).sort(), ["prune[0]", "sourceBuilds[0]"]);
    for (const { message } of error.problems) assert.match(message, /Packages: [^.]*from-git/);
  });
});
