import assert from "node:assert/strict";
import type * as pulumi from "@pulumi/pulumi";
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
const cases: Readonly<Record<string, [wrong: pulumi.Inputs, follow: (said: string) => pulumi.Inputs]>> = {
  "a name whose role's name is too long": [
    { name: "n".repeat(60) },
    (said) => ({ name: "n".repeat(60), [proposedName(said, "roleName")]: "short" }),
  ],
  "security groups to replace with": [
    { vpcConfig: { subnetIds: ["subnet-1"], securityGroupIds: ["sg-1"], replacementSecurityGroupIds: ["sg-2"] } },
    (said) => ({
      vpcConfig: {
        ...{ subnetIds: ["subnet-1"], securityGroupIds: ["sg-1"], replacementSecurityGroupIds: ["sg-2"] },
        replaceSecurityGroupsOnDestroy: proposedValue(said, "vpcConfig.replaceSecurityGroupsOnDestroy"),
      },
    }),
  ],
  "levels of logs that are text": [
    { loggingConfig: { logFormat: "Text", systemLogLevel: "WARN" } },
    (said) => ({ loggingConfig: { logFormat: example(said, /logFormat` to be/), systemLogLevel: "WARN" } }),
  ],
  "a log group that begins as AWS's": [
    { logGroupName: "aws/x" },
    (said) => ({ logGroupName: `${example(said, /reserves;/)}x` }),
  ],
  "a version of Powertools": [
    { powertools: { version: "3" } },
    (said) => ({ powertools: { version: example(said, /as in/) } }),
  ],
  "the latest version of Powertools": [
    { powertools: { version: "newest" } },
    (said) => ({ powertools: { version: example(said, /, or/) } }),
  ],
  "a repository": [
    { packageFormat: "image", image: { repositoryUrl: "https://x" } },
    (said) => ({ packageFormat: "image", image: { repositoryUrl: example(said, /as in/) } }),
  ],
  "an image without its format": [
    { image: {} },
    (said) => ({ image: {}, [proposedName(said, "packageFormat")]: example(said, /to be/) }),
  ],
  "an image of the build without docker": [
    { bundling: { mode: "local", image: "build" } },
    (said) => ({ bundling: { image: "build", mode: proposedValue(said, "mode") } }),
  ],
  "a code signing configuration": [
    { codeSigningConfigArn: "csc" },
    (said) => ({
      codeSigningConfigArn: `arn:aws:lambda:eu-west-1:123456789012${example(said, /ending in/).replace(/<.*>/, "0123456789abcdefg")}`,
    }),
  ],
  "an access point and its mount": [
    {
      fileSystemConfig: { arn: "fs", localMountPath: "/data" },
      vpcConfig: { subnetIds: ["subnet-1"], securityGroupIds: ["sg-1"] },
    },
    (said) => ({
      vpcConfig: { subnetIds: ["subnet-1"], securityGroupIds: ["sg-1"] },
      fileSystemConfig: {
        arn: `arn:aws:elasticfilesystem:eu-west-1:123456789012${example(said, /ending in/).replace(/<.*>/, "0123456789abcdef0")}`,
        localMountPath: `${example(said, /localMountPath: must be/)}data`,
      },
    }),
  ],
  "a path out of the package": [
    { copyFiles: [{ from: "x", to: "..\\x" }] },
    (said) => ({ copyFiles: [{ from: "x", to: ["data", "x"].join(example(said, /with/)) }] }),
  ],
  "a pattern that begins with an exclamation mark": [
    { include: ["!x"] },
    (said) => ({ [proposedName(said, "exclude")]: ["x"], [proposedName(said, "include")]: ["y"] }),
  ],
};

describe("what messages about inputs propose is accepted:", () => {
  beforeEach(() => mockEngine(true));

  for (const [what, [wrong, follow]] of Object.entries(cases))
    it(what, async () => {
      const said = (await problems(wrong)).join("\n");
      assert.notEqual(said, "");
      assert.deepEqual(await problems(follow(said)), []);
    });

  it("PYTHONPATH left out", async () => {
    const [said = ""] = functionWarnings(await resolved({ environment: { PYTHONPATH: "/x", STAGE: "a" } }));
    assert.match(said, /To fix this, leave it out/);
    assert.deepEqual(functionWarnings(await resolved({ environment: { STAGE: "a" } })), []);
  });
});
