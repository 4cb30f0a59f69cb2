import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { installCommandStandIn } from "../image/bench.js";
import { DockerDaemon, whyNoDaemon } from "../packaging/support/dockerDaemon.js";
import { skipIf } from "../support/skip.js";
import { mustSucceed, skipAfterFailure, type Workspace } from "./harness.js";
import { ecr, imageBench, partsOf } from "./images.js";
import { answer, expectNoChanges, imageTarget, imageWorkspace, output } from "./imageWorkspace.js";
import { sharedRun } from "./run.js";
import { previewed } from "./stack.js";

describe("an image published with docker", function () {
  this.timeout(180_000);
  let workspace: Workspace;
  let daemon: DockerDaemon | undefined;
  let tokens: string;

  before(async function () {
    const run = await sharedRun(this);
    const bench = await imageBench(this, run);
    skipIf(this, whyNoDaemon());
    const folder = path.join(run.folder, "publisher");
    fs.mkdirSync(folder);
    daemon = new DockerDaemon(path.join(folder, "docker"), "host", bench.throughProxy);
    await Promise.all([daemon.start(), installCommandStandIn(folder, run.pulumiHome, run.pulumi)]);
    tokens = path.join(folder, "tokens");
    writeAwsCli(path.join(folder, "bin"), tokens);
    await ecr(run, "CreateRepository", { repositoryName: "team/published" });
    const { PATH = "", DOCKER_HOST = "" } = daemon.environment;
    const programs = [path.join(folder, "bin"), path.dirname(run.pulumi), PATH].join(path.delimiter);
    const baseImage = bench.pinnedBase.replace("public.ecr.aws", bench.registry.address);
    const image = { publisher: "docker", baseImage, repositoryUrl: `${bench.proxy.host}/team/published` };
    const fn = { project: "../packaged-app", handler: "packaged_app.main.handler", ...imageTarget, image };
    ({ workspace } = await imageWorkspace(this, () => ({ fn }), { PATH: programs, DOCKER_HOST }));
  });

  after(() => daemon?.stop());

  skipAfterFailure();

  const issued = (): string[] => fs.readFileSync(tokens, "utf8").split("\n").filter(Boolean);

  it("is pushed, pinned by its digest, and runs", async () => {
    mustSucceed(await workspace.up());
    assert.equal(partsOf(await output(workspace, "fn", "imageUri")).repository, "team/published");
    assert.deepEqual(await answer(workspace, "fn"), { answer: "Hello, Ada (greeting-lib 1.0)", from: "packaged" });
  });

  it("does not change, asks for no other token, and keeps none in the state", async () => {
    const before = issued();
    assert.equal(before.length, 1);
    await expectNoChanges(workspace);
    await expectNoChanges(await workspace.secondCheckout());
    mustSucceed(await workspace.up());
    assert.deepEqual(issued(), before);
    assert.ok(!JSON.stringify(await workspace.stackExport()).includes(before[0]!));
  });

  it("ships a code edit", async () => {
    workspace.edit("packaged-app/src/packaged_app/main.py", '"packaged"', '"edited"');
    const planned = await previewed(workspace);
    assert.match(planned["command:local:Command fn-image"] ?? "", /replace/);
    assert.equal(planned["aws:lambda/function:Function fn"], "update");
    mustSucceed(await workspace.up());
    assert.deepEqual(await answer(workspace, "fn"), { answer: "Hello, Ada (greeting-lib 1.0)", from: "edited" });
    mustSucceed(await workspace.destroy());
  });
});

/** A stand-in for `aws ecr get-login-password` that gives another token at every call. */
function writeAwsCli(folder: string, tokens: string): void {
  fs.mkdirSync(folder, { recursive: true });
  const body = `echo "token-of-$$-$(date +%N)" | tee -a '${tokens}'`;
  fs.writeFileSync(path.join(folder, "aws"), `#!/bin/sh\n${body}\n`, { mode: 0o755 });
}
