import * as assert from "node:assert/strict";
import type { ImageBench } from "../image/bench.js";
import { mustSucceed, skipAfterFailure, type Workspace } from "./harness.js";
import { ecr, imagesIn, layersOf, partsOf } from "./images.js";
import { answer, expectNoChanges, imageTarget, imageWorkspace, output, rewrite } from "./imageWorkspace.js";
import type { FunctionInputs } from "./programs.js";
import { previewed } from "./stack.js";
import { writeYaml } from "./yamlProgram.js";

const packaged = { project: "../packaged-app", handler: "packaged_app.main.handler", ...imageTarget };

describe("an image with its own repository, in ECR's own shape", function () {
  this.timeout(180_000);
  let workspace: Workspace;
  let bench: ImageBench;
  let first: string;

  const inputs = (): FunctionInputs => ({
    ...packaged,
    image: { builder: bench.builder, baseImage: bench.pinnedBase },
  });

  before(async function () {
    ({ workspace, bench } = await imageWorkspace(this, ({ builder, pinnedBase: baseImage }) => ({
      fn: { ...packaged, image: { builder, baseImage } },
    })));
  });

  skipAfterFailure();

  it("is not pushed by a preview", async () => {
    const repositories = async (): Promise<unknown> =>
      (await ecr(workspace.run, "DescribeRepositories", {}))["repositories"];
    const before = await repositories();
    const planned = await previewed(workspace);
    assert.equal(planned["docker-build:index:Image fn-image"], "create");
    assert.equal(planned["aws:ecr/repository:Repository fn-repository"], "create");
    assert.deepEqual(await repositories(), before);
  });

  it("protects its repository with the function, but nothing that ordinary changes replace", async () => {
    const fn = { type: "uvlambda:Function", properties: inputs(), options: { protect: true } };
    writeYaml(workspace, { fn });
    const { stdout } = mustSucceed(await workspace.preview(["--json"]));
    const planned = (JSON.parse(stdout) as { steps: { newState: { urn: string; protect?: boolean } }[] }).steps;
    const guarded = planned.flatMap(({ newState: { urn, protect } }) => (protect ? [urn.split("::").at(-1)] : []));
    assert.deepEqual(guarded.sort(), ["fn", "fn", "fn-logs", "fn-repository", "fn-role"]);
    rewrite(workspace, { fn: inputs() });
  });

  it("is pushed, pinned by its digest, and runs", async () => {
    mustSucceed(await workspace.up());
    first = await output(workspace, "fn", "imageUri");
    const { host, repository, digest } = partsOf(first);
    assert.equal(host, bench.proxy.host);
    assert.equal(`${host}/${repository}`, await output(workspace, "fn", "repositoryUrl"));
    const images = await imagesIn(workspace.run, repository);
    assert.deepEqual(
      images?.map((image) => [image.imageDigest, image.imageTags?.length]),
      [[digest, 1]],
    );
    assert.deepEqual(await answer(workspace, "fn"), { answer: "Hello, Ada (greeting-lib 1.0)", from: "packaged" });
    assert.deepEqual(bench.proxy.refused, [], "something was to be downloaded");
    const { authorizationData } = await ecr(workspace.run, "GetAuthorizationToken", {});
    const [{ authorizationToken = "" } = {}] = authorizationData as { authorizationToken?: string }[];
    const [, password = ""] = Buffer.from(authorizationToken, "base64").toString().split(":");
    assert.ok(password);
    const exported = JSON.stringify(await workspace.stackExport());
    assert.ok(!exported.includes(password), "the password of the registry stands in the state");
  });

  it("has a repository that scans, keeps a number of images, and lets no tag move", async () => {
    const { repository } = partsOf(first);
    const described = await ecr(workspace.run, "DescribeRepositories", { repositoryNames: [repository] });
    const [{ imageTagMutability, imageScanningConfiguration } = {}] = described["repositories"] as {
      imageTagMutability?: string;
      imageScanningConfiguration?: object;
    }[];
    assert.equal(imageTagMutability, "IMMUTABLE");
    assert.deepEqual(imageScanningConfiguration, { scanOnPush: true });
    const { lifecyclePolicyText } = await ecr(workspace.run, "GetLifecyclePolicy", { repositoryName: repository });
    assert.match(String(lifecyclePolicyText), /"imageCountMoreThan"/);
    const [tag] = (await imagesIn(workspace.run, repository))?.[0]?.imageTags ?? [];
    const other = { repositoryName: repository, imageTag: tag, imageManifest: '{"schemaVersion":2,"layers":[]}' };
    await assert.rejects(ecr(workspace.run, "PutImage", other), { name: "ImageTagAlreadyExistsException" });
  });

  it("sees no change in a preview, after a refresh without a warning, and from a second checkout", async () => {
    await expectNoChanges(workspace);
    const refreshed = mustSucceed(await workspace.refresh()).text;
    assert.doesNotMatch(refreshed, /warning/i);
    assert.doesNotMatch(await expectNoChanges(workspace), /warning/i);
    const other = await workspace.secondCheckout();
    await expectNoChanges(other);
    assert.ok(other.uv.installs().length > 0, "the second checkout built nothing, so it proves nothing");
  });

  it("ships a code edit in the code's layer alone", async () => {
    const before = await layersOf(workspace.run, first);
    workspace.edit("packaged-app/src/packaged_app/main.py", '"packaged"', '"edited"');
    assert.deepEqual(await previewed(workspace), {
      "uvlambda:index:Build fn-build": "update",
      "docker-build:index:Image fn-image": "update",
      "aws:lambda/function:Function fn": "update",
    });
    mustSucceed(await workspace.up());
    const edited = await output(workspace, "fn", "imageUri");
    const after = await layersOf(workspace.run, edited);
    assert.deepEqual(after.slice(0, -1), before.slice(0, -1));
    assert.notEqual(after.at(-1), before.at(-1));
    assert.deepEqual(await answer(workspace, "fn"), { answer: "Hello, Ada (greeting-lib 1.0)", from: "edited" });
    const tags = (await imagesIn(workspace.run, partsOf(edited).repository))?.map(({ imageTags }) => imageTags);
    assert.equal(tags?.length, 2, "the image before stays for versions that run it");
  });

  it("has the same digest again when it is built from scratch", async () => {
    workspace.edit("packaged-app/src/packaged_app/main.py", '"edited"', '"packaged"');
    const other = await (await workspace.secondCheckout()).otherStack("again");
    await bench.buildKit.startAfresh();
    mustSucceed(await other.up());
    assert.equal(partsOf(await output(other, "fn", "imageUri")).digest, partsOf(first).digest);
    mustSucceed(await other.destroy());
    workspace.edit("packaged-app/src/packaged_app/main.py", '"packaged"', '"edited"');
  });

  it("treats another handler as configuration", async () => {
    workspace.write(
      "packaged-app/src/packaged_app/main.py",
      'def handler(event, context):\n    return "one"\n\n\ndef other(event, context):\n    return "other"\n',
    );
    mustSucceed(await workspace.up());
    rewrite(workspace, { fn: { ...inputs(), handler: "packaged_app.main.other" } });
    assert.deepEqual(await previewed(workspace), {
      "uvlambda:index:Function fn": "update", // its record of what it was given
      "aws:lambda/function:Function fn": "update",
    });
    mustSucceed(await workspace.up());
    assert.equal(await answer(workspace, "fn"), "other");
  });

  it("says which builder is missing, and which is dead", async () => {
    workspace.write("packaged-app/src/packaged_app/more.py", "");
    rewrite(workspace, { fn: { ...inputs(), image: { builder: "nowhere", baseImage: bench.pinnedBase } } });
    const noBuilder = /There is no builder "nowhere" \(image\.builder\)/;
    assert.match(mustSucceed(await workspace.preview()).text, noBuilder);
    const nowhere = { ...inputs(), image: { builder: "nowhere", baseImage: bench.pinnedBase } };
    rewrite(workspace, { fn: nowhere, second: nowhere, third: { ...nowhere, handler: "packaged_app.main.other" } });
    const missing = await workspace.up();
    assert.notEqual(missing.code, 0);
    assert.equal(missing.text.match(new RegExp(noBuilder, "g"))?.length, 3, missing.text);
    assert.doesNotMatch(missing.text, /no builder "nowhere" found|client connection is closing/);
    assert.doesNotMatch(missing.text, /aws:\S+ (?!fn)\S+ creat/, "something was created");
    assert.match(mustSucceed(await workspace.preview()).text, noBuilder, "the record does not say that it was built");
    bench.addBuilder("dead", "tcp://127.0.0.1:9");
    rewrite(workspace, { fn: { ...inputs(), image: { builder: "dead", baseImage: bench.pinnedBase } } });
    const dead = await workspace.up();
    assert.notEqual(dead.code, 0);
    assert.match(dead.text, /The builder "dead" \(image\.builder\) does not answer at tcp:\/\/127\.0\.0\.1:9/);
  });

  it("leaves nothing after destroy", async () => {
    mustSucceed(await workspace.destroy());
    assert.equal(await imagesIn(workspace.run, partsOf(first).repository), undefined);
  });
});

describe("images in a repository that is given", function () {
  this.timeout(180_000);
  let workspace: Workspace;
  let bench: ImageBench;

  before(async function () {
    ({ workspace, bench } = await imageWorkspace(this, ({ builder, pinnedBase: baseImage, proxy }) => {
      const image = { builder, baseImage, repositoryUrl: `${proxy.host}/team/apps` };
      return {
        one: { ...packaged, image },
        two: { ...packaged, handler: "packaged_app/main.handler", environment: { NAME: "two" }, image },
      };
    }));
    const repository = { repositoryName: "team/apps", imageTagMutability: "IMMUTABLE" };
    await ecr(workspace.run, "CreateRepository", repository);
  });

  skipAfterFailure();

  it("are one image for two functions with the same content", async () => {
    mustSucceed(await workspace.up());
    const uri = await output(workspace, "one", "imageUri");
    assert.equal(await output(workspace, "two", "imageUri"), uri);
    assert.equal(await output(workspace, "one", "repositoryUrl"), `${bench.proxy.host}/team/apps`);
    const images = await imagesIn(workspace.run, "team/apps");
    assert.deepEqual(
      images?.map(({ imageDigest }) => imageDigest),
      [partsOf(uri).digest],
    );
    for (const name of ["one", "two"])
      assert.deepEqual(await answer(workspace, name), { answer: "Hello, Ada (greeting-lib 1.0)", from: "packaged" });
    await expectNoChanges(workspace);
  });

  it("outlive the stack, as the repository does", async () => {
    mustSucceed(await workspace.destroy());
    assert.equal((await imagesIn(workspace.run, "team/apps"))?.length, 1);
  });
});
