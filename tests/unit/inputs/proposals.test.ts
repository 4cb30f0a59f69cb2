import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { functionProblems, functionWarnings } from "../../../provider/inputs/validate.js";
import { resolveInputs } from "../../../provider/resources/engine/resolveInputs.js";
import { proposedName, proposedValue } from "../../support/proposals.js";
import { mockEngine, schema } from "../resources/support.js";

const resolved = (inputs: pulumi.Inputs) => resolveInputs({ project: "app", ...inputs });

async function problems(inputs: pulumi.Inputs): Promise<string[]> {
  return functionProblems(schema, await resolved(inputs), () => []).map(
    ({ property, message }) => `${property}: ${message}`,
  );
}

/** The text in backticks after these words: an example, or a form to fill in. */
function example(text: string, before: RegExp): string {
  const found = new RegExp(`${before.source}[^\`]*\`([^\`]+)\``).exec(text)?.[1];
  assert.ok(found !== undefined, text);
  return found;
}

/** Wrong inputs, and the inputs after following the message. */
const cases: Readonly<Record<string, [wrong: pulumi.Inputs, follow: (problem: string) => pulumi.Inputs]>> = {
  "a name whose role's name is too long": [
    { name: "n".repeat(60) },
    (problem) => ({ name: "n".repeat(60), [proposedName(problem, "roleName")]: "short" }),
  ],
  "a secret around what decides the build": [
    { packageFormat: "image", image: pulumi.secret({ dockerfile: "Dockerfile", secrets: { token: "x" } }) },
    (problem) => ({
      packageFormat: "image",
      [example(problem, /mark only values in/)]: { dockerfile: "Dockerfile", secrets: pulumi.secret({ token: "x" }) },
    }),
  ],
  "security groups to replace with": [
    { vpcConfig: { subnetIds: ["subnet-1"], securityGroupIds: ["sg-1"], replacementSecurityGroupIds: ["sg-2"] } },
    (problem) => ({
      vpcConfig: {
        ...{ subnetIds: ["subnet-1"], securityGroupIds: ["sg-1"], replacementSecurityGroupIds: ["sg-2"] },
        replaceSecurityGroupsOnDestroy: proposedValue(problem, "vpcConfig.replaceSecurityGroupsOnDestroy"),
      },
    }),
  ],
  "levels of logs that are text": [
    { loggingConfig: { logFormat: "Text", systemLogLevel: "WARN" } },
    (problem) => ({ loggingConfig: { logFormat: example(problem, /logFormat` to be/), systemLogLevel: "WARN" } }),
  ],
  "a log group that begins as AWS's": [
    { logGroupName: "aws/x" },
    (problem) => ({ logGroupName: `${example(problem, /reserves;/)}x` }),
  ],
  "a version of Powertools": [
    { powertools: { version: "3" } },
    (problem) => ({ powertools: { version: example(problem, /as in/) } }),
  ],
  "the latest version of Powertools": [
    { powertools: { version: "newest" } },
    (problem) => ({ powertools: { version: example(problem, /, or/) } }),
  ],
  ...Object.fromEntries(
    ["3.12", "python3.7", "python4.0", "Python3.12", "python3.12.1", "py313", "nodejs22.x"].map((runtime) => [
      `the runtime ${runtime}`,
      [{ runtime }, (problem: string) => ({ runtime: example(problem, /as in/) })],
    ]),
  ),
  "a repository": [
    { packageFormat: "image", image: { repositoryUrl: "https://x" } },
    (problem) => ({ packageFormat: "image", image: { repositoryUrl: example(problem, /as in/) } }),
  ],
  "an image without its format": [
    { image: {} },
    (problem) => ({ image: {}, [proposedName(problem, "packageFormat")]: example(problem, /to be/) }),
  ],
  "an image of the build without docker": [
    { bundling: { mode: "local", image: "build" } },
    (problem) => ({ bundling: { image: "build", mode: proposedValue(problem, "mode") } }),
  ],
  "a code signing configuration": [
    { codeSigningConfigArn: "csc" },
    (problem) => ({
      codeSigningConfigArn: `arn:aws:lambda:eu-west-1:123456789012${example(problem, /ending in/).replace(/<.*>/, "0123456789abcdefg")}`,
    }),
  ],
  "an access point and its mount": [
    {
      fileSystemConfig: { arn: "fs", localMountPath: "/data" },
      vpcConfig: { subnetIds: ["subnet-1"], securityGroupIds: ["sg-1"] },
    },
    (problem) => ({
      vpcConfig: { subnetIds: ["subnet-1"], securityGroupIds: ["sg-1"] },
      fileSystemConfig: {
        arn: `arn:aws:elasticfilesystem:eu-west-1:123456789012${example(problem, /ending in/).replace(/<.*>/, "0123456789abcdef0")}`,
        localMountPath: `${example(problem, /localMountPath: must be/)}data`,
      },
    }),
  ],
  "a path out of the package": [
    { copyFiles: [{ from: "x", to: "..\\x" }] },
    (problem) => ({ copyFiles: [{ from: "x", to: ["data", "x"].join(example(problem, /with/)) }] }),
  ],
  "a pattern that begins with an exclamation mark": [
    { include: ["!x"] },
    (problem) => ({ [proposedName(problem, "exclude")]: ["x"], [proposedName(problem, "include")]: ["y"] }),
  ],
};

describe("what messages about inputs propose is accepted:", () => {
  beforeEach(() => mockEngine(true));

  for (const [what, [wrong, follow]] of Object.entries(cases))
    it(what, async () => {
      const problem = (await problems(wrong)).join("\n");
      assert.notEqual(problem, "");
      assert.deepEqual(await problems(follow(problem)), []);
    });

  it("PYTHONPATH left out", async () => {
    const [problem = ""] = functionWarnings(await resolved({ environment: { PYTHONPATH: "/x", STAGE: "a" } }));
    assert.match(problem, /To fix this, leave it out/);
    assert.deepEqual(functionWarnings(await resolved({ environment: { STAGE: "a" } })), []);
  });
});
