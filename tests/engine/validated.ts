import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import { awsResources, type StateResource } from "../aws/recordings.js";
import { Terraform, whyNoTerraform } from "../aws/terraform.js";
import { sayLeftOut } from "../support/skip.js";
import { stateFiles } from "./stateFile.js";

/** Every AWS resource that was deployed in this run, once. */
const deployed = new Map<string, StateResource>();

/** Keeps the AWS resources of a stack until the end of the run. `backend` is the folder of the engine's states. */
export function keepForValidation(backend: string, stack: string): void {
  for (const file of stateFiles(backend, stack)) {
    for (const resource of awsResources(fs.readFileSync(file, "utf8")))
      deployed.set(JSON.stringify([resource.type, resource.inputs]), resource);
  }
}

after("the real provider takes every AWS resource that was deployed", async function () {
  if (deployed.size === 0) return;
  const reason = whyNoTerraform();
  if (reason !== undefined) return sayLeftOut(`the check by the real provider: ${reason}`);
  this.timeout(180_000);
  const terraform = await Terraform.start();
  try {
    assert.deepEqual(await terraform.problems([...deployed.values()]), []);
  } finally {
    terraform.stop();
  }
});
