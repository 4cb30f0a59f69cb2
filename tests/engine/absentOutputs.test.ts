import * as assert from "node:assert/strict";
import { createWorkspace, mustSucceed, steps } from "./harness.js";
import { writeYaml } from "./yamlProgram.js";

const inputs = { project: "../single-app", runtime: "python3.11", architecture: "x86_64" };

/** Each creates a function without a queue and without a URL, and another one that is described by both. */
const programs = {
  typescript: `import * as pulumi from "@pulumi/pulumi";
import * as uvlambda from "@uvlambda/uvlambda";

const inputs = ${JSON.stringify(inputs)};
const fn = new uvlambda.Function("plain", inputs);
const description = pulumi.all([fn.dlqArn, fn.url]).apply(([arn, url]) => JSON.stringify([arn ?? null, url ?? null]));
new uvlambda.Function("described", { ...inputs, description });
`,
  yaml: {
    plain: { type: "uvlambda:Function", properties: inputs },
    described: {
      type: "uvlambda:Function",
      properties: { ...inputs, description: { "fn::toJSON": ["${plain.dlqArn}", "${plain.url}"] } },
    },
  },
};

/** In Python and Go, the SDKs of Pulumi do not tell an absent output from an unknown one: docs/troubleshooting.md. */
describe("outputs that a function does not have", function () {
  this.timeout(300_000);

  for (const language of ["typescript", "yaml"] as const) {
    it(`are known in a preview of a program in ${language}, and no change`, async function () {
      const workspace = await createWorkspace(this, {
        language,
        functions: { plain: inputs },
        ...(language === "typescript" && { files: { "index.ts": programs.typescript } }),
      });
      if (language === "yaml") writeYaml(workspace, programs.yaml);
      const first = mustSucceed(await workspace.preview(["--json"])).stdout;
      assert.equal(describedAs(first), "[null,null]");
      mustSucceed(await workspace.up());
      assert.deepEqual(steps(mustSucceed(await workspace.preview(["--json"])).stdout), {});
    });
  }
});

/** The description of the second function, as AWS gets it. */
function describedAs(previewJson: string): unknown {
  const preview = JSON.parse(previewJson) as { steps: { urn: string; newState?: { inputs?: object } }[] };
  const step = preview.steps.find(({ urn }) => urn.endsWith("$aws:lambda/function:Function::described"));
  return (step?.newState?.inputs as { description?: unknown } | undefined)?.description;
}
