import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import { plainClient } from "../../aws/fixtures.js";
import type { LocalAws } from "../../aws/localAws.js";
import { zip } from "../../support/wheels.js";
import { createBucket } from "../aws.js";
import { mustSucceed, type StackState } from "../harness.js";
import { ecr } from "../images.js";
import type { Run } from "../run.js";
import { givenInputs, schemaInputs } from "./inputs.js";
import { ownVersion } from "./plugin.js";
import {
  powertoolsLayerName,
  recordedEndpoint,
  recordedVersions,
  withoutPassing,
  workspaceOf,
  type Recording,
} from "./recording.js";

/** The exported state, without parts that belong to this machine or this run. */
function timeless(state: StackState, { endpoint }: LocalAws): string {
  return `${JSON.stringify(withoutPassing(state), undefined, 2).replaceAll(endpoint, recordedEndpoint)}\n`;
}

/** Creates what the programs name but do not create. */
async function prepare(run: Run, { hasImages }: Recording): Promise<void> {
  if (hasImages) {
    for (const repositoryName of ["upgrade/own", "upgrade/cache"])
      await ecr(run, "CreateRepository", { repositoryName });
    return;
  }
  const { aws } = run;
  const Content = { ZipFile: zip({ "python/powertools.py": "" }).toString("base64") };
  await plainClient(aws).rest("lambda", "POST", `/2018-10-31/layers/${powertoolsLayerName}/versions`, { Content });
  await createBucket(aws, "upgrade-artifacts");
}

function writeOnce(file: string, text: string): void {
  fs.writeFileSync(file, text, { flag: "wx" });
}

/** Inputs that cannot be recorded here: building in containers, and publishing without BuildKit. */
const unrecorded = ["Function.bundling.image", "Function.image.publisher", "Layer.bundling.image"];

/** Records what has no state yet, see README.md. Run by mocha, because a workspace belongs to a mocha run. */
describe("recording", function () {
  this.timeout(600_000);
  const missing = recordedVersions().filter(({ inputsFile }) => !fs.existsSync(inputsFile));

  it("has something to record", () => {
    assert.notEqual(missing.length, 0, "every version is recorded, and what is recorded is never recorded again");
  });

  for (const { major, inputsFile, archives, images } of missing) {
    for (const recording of [archives, images])
      it(`${recording.hasImages ? "images" : "archives"} of version ${major}`, async function () {
        const workspace = await workspaceOf(this, recording, ownVersion);
        await prepare(workspace.run, recording);
        mustSucceed(await workspace.up());
        mustSucceed(await workspace.preview(["--expect-no-changes"]));
        writeOnce(recording.stateFile, timeless(await workspace.stackExport(), workspace.run.aws));
      });

    it(`inputs of version ${major}`, () => {
      const given = givenInputs([archives.program, images.program]);
      const notGiven = schemaInputs().filter((input) => !given.includes(input));
      assert.deepEqual(notGiven, unrecorded, "the programs do not use every input of schema.json");
      writeOnce(inputsFile, `${JSON.stringify(given, undefined, 2)}\n`);
    });
  }
});
