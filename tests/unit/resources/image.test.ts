import * as assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { sha256Hex } from "../../../provider/lib/hash.js";
import type { Artifact, PackageRequest } from "../../../provider/packaging/request.js";
import { Workspace, artifact, deploy, fakeTools, type Answers } from "./support.js";

const lambda = "aws:lambda/function:Function";
const imageType = "docker-build:index:Image";
const repositoryType = "aws:ecr/repository:Repository";
const contextSha256 = "c".repeat(64);
const created = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/api-repository-abc1234";
const given = "registry.example:5000/team/api";
const digest = `sha256:${"d".repeat(64)}`;

const built: Artifact = {
  ...artifact,
  files: [{ kind: "image", name: "context", sha256: contextSha256, size: 50, unzippedSize: 50, files: 3 }],
};
const tag = (architecture: string) => sha256Hex(JSON.stringify([built.outputHash, architecture]));

describe("packageFormat: image", () => {
  let workspace: Workspace;
  beforeEach(() => (workspace = new Workspace()));
  afterEach(() => workspace.remove());

  interface Circumstances {
    readonly preview?: boolean;
    readonly answers?: Answers;
    readonly onRequest?: (request: PackageRequest) => void;
  }

  const deployed = (inputs: pulumi.Inputs, { preview = false, answers = {}, onRequest }: Circumstances = {}) => {
    const tools = fakeTools(workspace, async (request) => {
      onRequest?.(request);
      return built;
    });
    const all = { project: "../app", packageFormat: "image", ...inputs };
    return deploy(tools, all, "api", preview, {}, answers);
  };

  it("builds from a folder beside the program, for one platform, reproducibly, and pushes to its own repository", async () => {
    const { child, children, outputs } = await deployed({ tags: { team: "a" } });
    assert.deepEqual(child(repositoryType, "api-repository").inputs, {
      imageScanningConfiguration: { scanOnPush: true },
      imageTagMutability: "MUTABLE",
      forceDelete: true,
      tags: { team: "a" },
    });
    const lifecycle = child("aws:ecr/lifecyclePolicy:LifecyclePolicy", "api-repository-lifecycle").inputs;
    assert.equal(lifecycle["repository"], "api-repository-abc1234");
    assert.deepEqual(JSON.parse(String(lifecycle["policy"])), {
      rules: [
        {
          rulePriority: 1,
          description: "Keep the last 30 images",
          selection: { tagStatus: "any", countType: "imageCountMoreThan", countNumber: 30 },
          action: { type: "expire" },
        },
      ],
    });
    const { registries, ...image } = child(imageType, "api-image").inputs;
    assert.deepEqual(image, {
      tags: [`${created}:${tag("arm64")}`],
      context: { location: `.uvlambda/${contextSha256}` },
      platforms: ["linux/arm64"],
      buildArgs: { SOURCE_DATE_EPOCH: "0" },
      exports: [{ raw: "type=image,push=true,rewrite-timestamp=true,oci-mediatypes=true" }],
      push: false,
      buildOnPreview: false,
      network: "default",
    });
    const address = "123456789012.dkr.ecr.eu-west-1.amazonaws.com";
    assert.deepEqual(registries, secret([{ address, username: "AWS", password: "token-of-123456789012" }]));
    assert.equal(children.filter(({ type }) => type.startsWith("aws:ecr")).length, 2);
    assert.equal(outputs["imageUri"], `${created}@${digest}`);
    assert.equal(outputs["repositoryUrl"], created);
  });

  it("gives the function the image by its digest, and nothing that belongs to archives", async () => {
    const image = { entryPoint: ["/wrapper", pulumi.output("-v")], workingDirectory: "/srv" };
    const { child, outputs } = await deployed({ handler: "app/main.run", architecture: "x86_64", image });
    const fn = child(lambda, "api").inputs;
    assert.equal(fn["packageType"], "Image");
    assert.equal(fn["imageUri"], `${created}@${digest}`);
    assert.deepEqual(fn["imageConfig"], {
      commands: ["app.main.run"],
      entryPoints: ["/wrapper", "-v"],
      workingDirectory: "/srv",
    });
    assert.deepEqual(fn["architectures"], ["x86_64"]);
    for (const other of ["handler", "runtime", "layers", "code", "s3Key"]) assert.equal(fn[other], undefined, other);
    for (const other of ["codeSha256", "packageSize", "layerArn"]) assert.equal(outputs[other], undefined, other);
    assert.deepEqual(child(imageType, "api-image").inputs["platforms"], ["linux/amd64"]);
  });

  it("pushes to a given repository with the machine's own login, and creates none", async () => {
    const { child, children, outputs } = await deployed({ image: { repositoryUrl: pulumi.output(given) } });
    assert.deepEqual(
      children.filter(({ type }) => type.startsWith("aws:ecr")),
      [],
    );
    const { tags, registries } = child(imageType, "api-image").inputs;
    assert.deepEqual([tags, registries], [[`${given}:${tag("arm64")}`], []]);
    assert.deepEqual([outputs["imageUri"], outputs["repositoryUrl"]], [`${given}@${digest}`, given]);
  });

  it("logs in to the account that a given repository of Amazon ECR names", async () => {
    const repositoryUrl = "999999999999.dkr.ecr.us-gov-west-1.amazonaws.com/shared";
    const { child } = await deployed({ image: { repositoryUrl } });
    const login = { address: repositoryUrl.split("/")[0], username: "AWS", password: "token-of-999999999999" };
    assert.deepEqual(child(imageType, "api-image").inputs["registries"], secret([login]));
  });

  it("hands the builder and its caches on", async () => {
    const cache = "type=registry,ref=registry.example/cache";
    const { child } = await deployed({
      image: { builder: "remote", cacheFrom: [pulumi.output(cache)], cacheTo: [`${cache},mode=max`] },
    });
    const { builder, cacheFrom, cacheTo } = child(imageType, "api-image").inputs;
    assert.deepEqual(
      [builder, cacheFrom, cacheTo],
      [{ name: "remote" }, [{ raw: cache }], [{ raw: `${cache},mode=max` }]],
    );
  });

  it("builds on the given base; with its digest, tags of the created repository do not move", async () => {
    let asked: PackageRequest | undefined;
    const baseImage = `public.ecr.aws/lambda/python:3.13@${digest}`;
    const { child } = await deployed({ image: { baseImage } }, { onRequest: (request) => (asked = request) });
    assert.deepEqual(asked?.image, { baseImage });
    assert.equal(child(repositoryType, "api-repository").inputs["imageTagMutability"], "IMMUTABLE");
  });

  it("calls the repository of a named function like the function, as ECR allows it", async () => {
    const { child } = await deployed({ name: "My_-Orders" });
    assert.equal(child(repositoryType, "api-repository").inputs["name"], "my_orders");
  });

  const previews = { "the first preview": undefined, "an update's preview, where the digest is empty": "" };
  for (const [when, answer] of Object.entries(previews)) {
    it(`does not know the image in ${when}`, async () => {
      const { child } = await deployed({}, { preview: true, answers: { [imageType]: { digest: answer } } });
      assert.ok(pulumi.isUnknown(child(lambda, "api").inputs["imageUri"]));
    });
  }

  const refusals: Readonly<Record<string, [pulumi.Inputs, string, RegExp]>> = {
    "image with another format": [
      { packageFormat: "layer", image: {} },
      "image",
      /needs `packageFormat` to be `image`, and it is `layer`/,
    ],
    layers: [
      { layers: ["arn:aws:lambda:eu-west-1:123456789012:layer:given:1"] },
      "layers",
      /cannot be combined with `packageFormat` `image`/,
    ],
    snapStart: [
      { snapStart: { applyOn: "PublishedVersions" } },
      "snapStart",
      /cannot be combined with `packageFormat` `image`/,
    ],
    "a URL with a scheme": [
      { image: { repositoryUrl: `https://${given}` } },
      "image.repositoryUrl",
      /without `https:\/\/`, tag or digest/,
    ],
    "a URL with a tag": [{ image: { repositoryUrl: `${given}:1` } }, "image.repositoryUrl", /tag or digest/],
    "a base that is no name": [{ image: { baseImage: "python AS x" } }, "image.baseImage", /name of an image/],
    "a relative folder": [{ image: { workingDirectory: "srv" } }, "image.workingDirectory", /absolute/],
  };
  for (const [name, [inputs, property, message]] of Object.entries(refusals)) {
    it(`refuses ${name}`, async () => {
      await assert.rejects(deployed(inputs), (error: pulumi.InputPropertiesError) => {
        const [problem, ...others] = error.errors ?? [];
        assert.deepEqual([problem?.propertyPath, others], [property, []]);
        assert.match(problem?.reason ?? "", message);
        return true;
      });
    });
  }
});

/** As the engine is told of it. */
function secret(value: unknown) {
  return { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", value };
}
