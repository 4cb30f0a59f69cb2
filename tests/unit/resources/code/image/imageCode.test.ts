import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { sha256Hex } from "../../../../../provider/lib/hash.js";
import type { Artifact, PackageRequest } from "../../../../../provider/packaging/request.js";
import { publishScript } from "../../../../../provider/resources/code/image/publishScript.js";
import { AwsProvider, Workspace, artifact, deploy, fakeTools, mockEngine, type Answers } from "../../support.js";

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
const tag = (architecture: string, args: unknown[] = [], ...builder: string[]) =>
  sha256Hex(JSON.stringify([built.outputHash, architecture, args, ...builder]));

describe("packageFormat: image", () => {
  let workspace: Workspace;
  beforeEach(() => (workspace = new Workspace()));
  afterEach(() => workspace.remove());

  interface Circumstances {
    readonly preview?: boolean;
    readonly answers?: Answers;
    readonly opts?: pulumi.ComponentResourceOptions;
    readonly onRequest?: (request: PackageRequest) => void;
  }

  const deployed = (
    inputs: pulumi.Inputs,
    { preview = false, answers = {}, opts = {}, onRequest }: Circumstances = {},
  ) => {
    const services = fakeTools(workspace, async (request) => {
      onRequest?.(request);
      return built;
    });
    const all = { project: "../app", packageFormat: "image", ...inputs };
    return deploy(services, all, { preview, opts, answers });
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

  it("creates the repository and logs in under the provider that the program chose", async () => {
    await mockEngine();
    const { child } = await deployed({}, { opts: { providers: { aws: new AwsProvider("frankfurt") } } });
    for (const [type, name] of [
      [repositoryType, "api-repository"],
      ["aws:ecr/lifecyclePolicy:LifecyclePolicy", "api-repository-lifecycle"],
    ] as const)
      assert.match(child(type, name).provider ?? "none", /::frankfurt::/);
    const { registries } = child(imageType, "api-image").inputs;
    assert.match(JSON.stringify(registries), /token-of-123456789012 by [^"]*::frankfurt::/);
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

  const dockerfile = "../app/Dockerfile";

  it("builds a Dockerfile of the user's own from the workspace, with what was installed beside it", async () => {
    fs.writeFileSync(path.join(workspace.project, "Dockerfile"), "FROM scratch");
    let asked: PackageRequest | undefined;
    const buildArgs = { PLAIN: "one", LATE: pulumi.output("two") };
    const image = { dockerfile, target: "lambda", buildArgs, secrets: { token: "hidden" } };
    const { child } = await deployed({ image }, { onRequest: (request) => (asked = request) });
    assert.deepEqual(asked?.image, {
      dockerfile: path.join(workspace.project, "Dockerfile"),
      target: "lambda",
      buildArgs: { PLAIN: "one" },
      hasOwnCommand: true,
    });
    const folder = `.uvlambda/${contextSha256}`;
    const given = child(imageType, "api-image").inputs;
    assert.deepEqual(given["context"], {
      location: `${folder}/project`,
      named: {
        "uvlambda-dependencies": { location: `${folder}/dependencies` },
        "uvlambda-code": { location: `${folder}/code` },
      },
    });
    assert.deepEqual(given["dockerfile"], { location: `${folder}/Dockerfile` });
    assert.equal(given["target"], "lambda");
    assert.deepEqual(given["buildArgs"], { SOURCE_DATE_EPOCH: "0", PLAIN: "one", LATE: "two" });
    assert.deepEqual(given["secrets"], secret({ token: "hidden" }));
    assert.deepEqual(given["ignoreSecretsInDiffCalculation"], ["token"]);
    const arguments_ = [
      ["LATE", "two"],
      ["PLAIN", "one"],
    ];
    assert.deepEqual(given["tags"], [`${created}:${tag("arm64", arguments_)}`]);
  });

  it("keeps path and secrets of the Dockerfile out of the component's inputs", async () => {
    fs.writeFileSync(path.join(workspace.project, "Dockerfile"), "FROM scratch");
    const image = { dockerfile, secrets: { token: "hidden" }, builder: "remote" };
    const { child } = await deployed({ image });
    assert.deepEqual(child("uvlambda:index:Function", "api").inputs["image"], { builder: "remote" });
  });

  it("calls the Dockerfile's own command unless a handler is given, and then checks none", async () => {
    fs.writeFileSync(path.join(workspace.project, "Dockerfile"), "FROM scratch");
    const levels: string[] = [];
    const circumstances = { onRequest: ({ checks }: PackageRequest) => void levels.push(checks.handler) };
    const own = await deployed({ image: { dockerfile } }, circumstances);
    assert.equal(own.child(lambda, "api").inputs["imageConfig"], undefined);
    assert.equal(own.child("uvlambda:index:Build", "api-build").inputs["handler"], undefined);
    const named = await deployed({ handler: "app.main.run", image: { dockerfile } }, circumstances);
    assert.deepEqual(named.child(lambda, "api").inputs["imageConfig"], { commands: ["app.main.run"] });
    assert.deepEqual(levels, ["off", "error"]);
  });

  describe("with a publisher", () => {
    const command = "command:local:Command";
    const uri = `${created}@${digest}`;
    const answers = { [command]: { stdout: uri } };

    it("runs a command whose inputs are content, repository and platform", async () => {
      const { child, children, outputs } = await deployed({ image: { publisher: "podman" } }, { answers });
      const { create, ...given } = child(command, "api-image").inputs;
      assert.equal(create, publishScript);
      assert.deepEqual(given, {
        interpreter: ["/bin/sh", "-c"],
        logging: "stderr",
        environment: {
          UVLAMBDA_PUBLISHER: "podman",
          UVLAMBDA_REPOSITORY: created,
          UVLAMBDA_TAG: tag("arm64", [], "podman"),
          UVLAMBDA_PLATFORM: "linux/arm64",
          UVLAMBDA_CONTEXT: `.uvlambda/${contextSha256}`,
          UVLAMBDA_TARGET: "",
        },
        triggers: [tag("arm64", [], "podman"), created, "linux/arm64"],
      });
      assert.ok(!children.some(({ type }) => type === imageType));
      assert.deepEqual([outputs["imageUri"], child(lambda, "api").inputs["imageUri"]], [uri, uri]);
    });

    it("gives its image a new tag: a tag that cannot move takes no second digest", async () => {
      const tags = [];
      for (const publisher of ["docker", "podman"]) {
        const { child } = await deployed({ image: { publisher } }, { answers });
        tags.push((child(command, "api-image").inputs["triggers"] as string[])[0]);
      }
      const { child } = await deployed({});
      const [pushed] = child(imageType, "api-image").inputs["tags"] as string[];
      assert.equal(new Set([...tags, pushed?.split(":").at(-1)]).size, 3);
    });

    it("asks for no token, so that a new one is no change", async () => {
      const { children } = await deployed({ image: { publisher: "docker" } }, { answers });
      assert.ok(!JSON.stringify(children).includes("token-of"));
    });

    it("promises no digest: tags of the created repository may move also on a base with a digest", async () => {
      const image = { publisher: "docker", baseImage: `python@${digest}` };
      const { child } = await deployed({ image }, { answers });
      assert.equal(child(repositoryType, "api-repository").inputs["imageTagMutability"], "MUTABLE");
    });

    it("names the stage of the Dockerfile", async () => {
      fs.writeFileSync(path.join(workspace.project, "Dockerfile"), "FROM scratch AS lambda");
      const { child } = await deployed({ image: { publisher: "docker", dockerfile, target: "lambda" } }, { answers });
      const environment = child(command, "api-image").inputs["environment"] as Record<string, string>;
      assert.equal(environment["UVLAMBDA_TARGET"], "lambda");
    });
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
});

/** As the engine is told of it. */
function secret(value: unknown) {
  return { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", value };
}
