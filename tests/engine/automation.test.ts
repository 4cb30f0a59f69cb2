import * as assert from "node:assert/strict";
import * as os from "node:os";
import { LocalWorkspace, type Stack } from "@pulumi/pulumi/automation/index.js";
import * as pulumi from "@pulumi/pulumi";
import { pluginFolder } from "../support/machine.js";
import { proposedName } from "../support/proposals.js";
import { createWorkspace, type Workspace } from "./harness.js";

/** The component as an SDK has it. */
class UvFunction extends pulumi.ComponentResource {
  declare readonly functionName: pulumi.Output<string>;

  constructor(name: string, inputs: pulumi.Inputs) {
    super("uvlambda:index:Function", name, { functionName: undefined, ...inputs }, {}, true);
  }
}

describe("an inline program of the Automation API", function () {
  this.timeout(180_000);
  let workspace: Workspace;

  before(async function () {
    workspace = await createWorkspace(this, { language: "yaml", functions: {}, aws: "real" });
  });

  /** A stack whose program packages `project`, in a folder that Pulumi makes, or in `workDir`. */
  async function stackOf(name: string, project: string, workDir?: string): Promise<Stack> {
    const program = (): Promise<object> => {
      const api = new UvFunction("api", { project, runtime: "python3.11", architecture: "x86_64" });
      return Promise.resolve({ functionName: api.functionName });
    };
    const plugins = { providers: [{ name: "uvlambda", path: pluginFolder }] };
    const stack = await LocalWorkspace.createStack(
      { stackName: name, projectName: "inline", program },
      {
        ...(workDir === undefined ? {} : { workDir }),
        // Pulumi and the plugin use one folder for temporary files, as outside of tests.
        envVars: { ...workspace.env, TMPDIR: os.tmpdir() },
        projectSettings: { name: "inline", runtime: "nodejs", ...({ plugins } as object) },
      },
    );
    await stack.setAllConfig(
      Object.fromEntries(Object.entries(workspace.run.aws.stackConfig()).map(([key, value]) => [key, { value }])),
      true,
    );
    return stack;
  }

  async function deploysAndGoes(stack: Stack): Promise<void> {
    const { outputs } = await stack.up();
    assert.deepEqual(await workspace.invoke(String(outputs["functionName"]?.value), { name: "Ada" }), {
      answer: "Hello, Ada (greeting-lib 1.0)",
      from: "single",
    });
    await stack.preview({ expectNoChanges: true });
    await stack.destroy();
  }

  it("deploys an absolute project", async () => {
    await deploysAndGoes(await stackOf("absolute", workspace.at("single-app")));
  });

  it("deploys a project relative to its `workDir`", async () => {
    await deploysAndGoes(await stackOf("placed", "../single-app", workspace.at("infra")));
  });

  it("gets an error that says what a relative project needs", async () => {
    const stack = await stackOf("relative", "../single-app");
    await assert.rejects(stack.up(), (error: Error) => {
      assert.match(error.message, /"\.\.\/single-app" does not exist;[^]*give an absolute path, or set/);
      // The tests above follow both proposals.
      proposedName(error, "workDir");
      return true;
    });
  });
});
