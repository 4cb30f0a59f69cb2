import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { realAwsProvider } from "../aws/provider.js";
import { pluginFolder } from "../support/machine.js";
import { skip } from "../support/skip.js";
import { mustSucceed, steps, type PulumiOptions, type StackState, type Workspace } from "./harness.js";
import { givenInputs, schemaInputs } from "./upgrade/inputs.js";
import { copyPlugin, ownVersion } from "./upgrade/plugin.js";
import {
  recordedEndpoint,
  recordedVersions,
  withoutPassing,
  workspaceOf,
  writeProgram,
  type Recording,
} from "./upgrade/recording.js";

/** Newer than any real version. */
const otherVersion = "999.0.0";

const notRecordedAgain = "see tests/engine/upgrade/README.md: a recording is never made again";

/** The recorded stack, as its users have it when they upgrade. */
async function importedStack(context: Mocha.Context, recording: Recording): Promise<Workspace> {
  const workspace = await workspaceOf(context, recording, ownVersion);
  const state = fs.readFileSync(recording.stateFile, "utf8");
  workspace.write("state.json", state.replaceAll(recordedEndpoint, workspace.run.aws.endpoint));
  mustSucceed(await workspace.pulumi(["stack", "import", "--file", workspace.at("state.json")]));
  return workspace;
}

/** Runs a preview and returns its JSON. */
async function previewsNothing(workspace: Workspace, options?: PulumiOptions): Promise<string> {
  const { stdout } = mustSucceed(await workspace.preview(["--json", "--show-sames"], options));
  assert.deepEqual(steps(stdout), {}, `a breaking change; ${notRecordedAgain}`);
  return stdout;
}

/**
 * Inputs without those that the provider filled in. The stand-in, with which the states were recorded, fills in more
 * than the bridged provider.
 */
function given(inputs: Readonly<Record<string, unknown>> | undefined): object | undefined {
  const { __defaults: filled, ...rest } = inputs ?? {};
  const names = Array.isArray(filled) ? (filled as unknown[]) : [];
  return (
    inputs && Object.fromEntries(Object.entries(rest).filter(([name]) => name === "name" || !names.includes(name)))
  );
}

/** Everything in the state about each resource, except what made it, where and when. */
function kept({ deployment }: StackState): Record<string, unknown> {
  const resources = (deployment.resources ?? []).filter(({ type }) => !type.startsWith("pulumi:providers:"));
  return Object.fromEntries(
    resources.map(({ urn, provider: _provider, ...resource }) => {
      if (realAwsProvider() !== "stand-in")
        resource = { ...resource, inputs: given(resource.inputs) } as typeof resource;
      const { dependencies = [], propertyDependencies: _each, ...rest } = withoutPassing(resource) as Dependent;
      return [urn, { ...rest, dependencies: [...dependencies].sort() }];
    }),
  );
}

interface Dependent {
  readonly dependencies?: readonly string[];
  readonly propertyDependencies?: unknown;
}

/** Lets the program and the engine use a copy of the plugin that has the version `otherVersion`. */
function switchPlugin(workspace: Workspace, recording: Recording): void {
  writeProgram(workspace, recording, otherVersion);
  const plugin = copyPlugin(workspace.at("plugin"), otherVersion);
  const project = path.join(workspace.programFolder, "Pulumi.yaml");
  workspace.edit(project, JSON.stringify(pluginFolder), JSON.stringify(plugin));
}

/** A stack that a user upgrades. `more` are further tests of it after the upgrade. */
function describeStack(name: string, recording: Recording, more: (imported: () => Workspace) => void): void {
  describe(name, function () {
    this.timeout(180_000);
    let workspace: Workspace;

    before(async function () {
      workspace = await importedStack(this, recording);
    });

    it("has no changes, packaged by the oldest uv", async function () {
      const oldest = process.env["UVLAMBDA_TEST_UV_FLOOR"];
      if (oldest === undefined) skip(this, "needs the oldest uv (run tools/setup uv)");
      await previewsNothing(workspace, { env: { UVLAMBDA_UV: oldest } });
    });

    it("has none with another version of the plugin", async () => {
      switchPlugin(workspace, recording);
      const previewed = await previewsNothing(workspace);
      assert.match(previewed, /pulumi:providers:uvlambda::default_999_0_0::/, "it was the same version");
    });

    more(() => workspace);
  });
}

/** A resource of a state, and separately what it waits for. */
function withoutOrder(resource: unknown): { rest: unknown; order: readonly string[] } {
  const { dependencies = [], ...rest } = (resource ?? {}) as { dependencies?: readonly string[] };
  return { rest, order: dependencies };
}

for (const { major, inputsFile, archives, images } of recordedVersions()) {
  describe(`inputs recorded for version ${major}`, () => {
    const recorded = JSON.parse(fs.readFileSync(inputsFile, "utf8")) as string[];

    it("are all in its programs", () => {
      assert.deepEqual(givenInputs([archives.program, images.program]), recorded, notRecordedAgain);
    });

    it("are all still in schema.json", () => {
      const inputs = schemaInputs();
      const gone = recorded.filter((input) => !inputs.includes(input));
      assert.deepEqual(gone, [], "programs that use these do not run any more");
    });
  });

  describeStack(`a stack recorded with version ${major}`, archives, (imported) => {
    it("keeps its outputs and the options of its resources when that version deploys it", async () => {
      const before = kept(await imported().stackExport());
      // This AWS has nothing of the recording, so there is nothing to read back.
      const unread = { settles: false } as const;
      mustSucceed(await imported().pulumi(["up", "--yes", "--skip-preview", "--expect-no-changes"], unread));
      const after = kept(await imported().stackExport());
      for (const urn of Object.keys({ ...before, ...after })) {
        const [was, is] = [withoutOrder(before[urn]), withoutOrder(after[urn])];
        assert.deepEqual(is.rest, was.rest, urn);
        // A newer version may let a resource wait for more, never for less.
        assert.deepEqual(
          was.order.filter((dependency) => !is.order.includes(dependency)),
          [],
          urn,
        );
      }
    });
  });

  describeStack(`a stack with images recorded with version ${major}`, images, () => undefined);
}

describe("the major version of this checkout", () => {
  it("is recorded", () => {
    const [major = ""] = ownVersion.split(".");
    const majors = recordedVersions().map((recorded) => recorded.major);
    assert.ok(majors.includes(major), `version ${major} is not: tests/engine/upgrade/README.md says how`);
  });
});
