import * as assert from "node:assert/strict";
import { compileAwsStandIn, installAwsLauncher } from "../aws/plugin/install.js";
import { createWorkspace, type Workspace } from "./harness.js";

const old = "6.83.4";

const program = `import * as aws from "@pulumi/aws";
import * as uvlambda from "@uvlambda/uvlambda";

const provider = new aws.Provider("old", { region: "eu-central-1" }, { version: "${old}" });
const inputs = { project: "../single-app", runtime: "python3.11", architecture: "x86_64" } as const;
new uvlambda.Function("api", inputs, { provider });
new uvlambda.Layer("packages", { project: "../single-app", runtime: "python3.11" }, { providers: { aws: provider } });
`;

describe("an explicit aws provider of another major version", function () {
  this.timeout(120_000);
  let workspace: Workspace;

  before(async function () {
    workspace = await createWorkspace(this, { language: "typescript", functions: {}, files: { "index.ts": program } });
    // Any provider will do: only the check of its settings is called.
    installAwsLauncher(workspace.env["PULUMI_HOME"]!, workspace.run.pulumi, old, [
      process.execPath,
      compileAwsStandIn(),
    ]);
  });

  for (const command of ["preview", "up"]) {
    it(`is one clear error of \`pulumi ${command}\`, before anything is built or created`, async () => {
      const result = command === "preview" ? await workspace.preview() : await workspace.up();
      assert.notEqual(result.code, 0);
      assert.match(
        result.text,
        /the aws provider "old" has version 6\.83\.4, but this component needs version 7\. To fix this/,
      );
      assert.doesNotMatch(result.text, /Missing required property|grpc|TypeError/);
      assert.equal(workspace.uv.calls().length, 0);
      const { resources = [] } = (await workspace.stackExport()).deployment;
      assert.deepEqual(
        resources.filter(({ type }) => type.startsWith("aws:")),
        [],
      );
    });
  }
});
