import * as assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { Workspace, deploy, fakeTools } from "../../resources/support.js";

const given = "registry.example:5000/team/api";
const dockerfile = "../app/Dockerfile";

describe("rules of packageFormat: image", () => {
  let workspace: Workspace;
  beforeEach(() => (workspace = new Workspace()));
  afterEach(() => workspace.remove());

  const deployed = (inputs: pulumi.Inputs) =>
    deploy(fakeTools(workspace), { project: "../app", packageFormat: "image", ...inputs });

  const refusals: Readonly<Record<string, [pulumi.Inputs, string, RegExp]>> = {
    "image with another format": [
      { packageFormat: "layer", image: {} },
      "image (value not shown)",
      /needs `packageFormat` to be `image`, but it is `layer`/,
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
    "a Dockerfile that is not there": [{ image: { dockerfile: "../nowhere" } }, "image.dockerfile", /does not exist/],
    "a folder for a Dockerfile": [{ image: { dockerfile: "../app" } }, "image.dockerfile", /is not a file/],
    "a base beside a Dockerfile": [
      { image: { dockerfile, baseImage: "python:3.13" } },
      "image.baseImage",
      /cannot be combined with `image.dockerfile`/,
    ],
    "secrets for the usual Dockerfile": [
      { image: { secrets: { a: "hidden" } } },
      "image.secrets (value not shown)",
      /^needs `image.dockerfile`(?!.*hidden)/,
    ],
    "the name of an argument": [
      { image: { dockerfile, buildArgs: { "A-B": "" } } },
      "image.buildArgs.A-B (value not shown)",
      /letters, digits/,
    ],
    "an argument that is secret": [
      { image: { dockerfile, buildArgs: { TOKEN: pulumi.secret("hidden") } } },
      "image.buildArgs.TOKEN (value not shown)",
      /can be read in the image's history; pass it in `image.secrets`(?!.*hidden)/,
    ],
    "arguments that are secret as a whole": [
      { image: { dockerfile, buildArgs: pulumi.secret({ TOKEN: "hidden" }) } },
      "image.buildArgs (value not shown)",
      /pass it in `image.secrets`(?!.*hidden)/,
    ],
    "a builder beside a publisher": [
      { image: { publisher: "docker", builder: "remote" } },
      "image.builder",
      /cannot be combined with `image.publisher`/,
    ],
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
