import * as assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { componentOptions, optionWarnings } from "../../../../provider/resources/engine/options/componentOptions.js";
import { urnOf } from "../../../../provider/resources/engine/pulumiInternals.js";
import { mockEngine } from "../support.js";

const served = (opts: object) => componentOptions(opts);

/** What the server of @pulumi/pulumi gives a component that has no options. */
const none = {
  ignoreChanges: [],
  replaceOnChanges: [],
  customTimeouts: { create: "", update: "", pb_delete: "", read: "" },
  protect: false,
  retainOnDelete: false,
};

describe("The options of a component", () => {
  it("are none where the server gives empty ones", async () => {
    const opts = await served(none);
    assert.equal(opts.customTimeouts, undefined);
    assert.equal(opts.deletedWith, undefined);
    assert.deepEqual(optionWarnings(opts, []), []);
    assert.deepEqual(optionWarnings({}, []), []);
  });

  it("have all timeouts that are given, the one for deletions too", async () => {
    const { customTimeouts } = await served({ customTimeouts: { create: "7m", update: "", pb_delete: "1h" } });
    assert.deepEqual(customTimeouts, { create: "7m", delete: "1h" });
  });

  it("name the resource of `deletedWith` whole", async () => {
    await mockEngine();
    for (const name of ["queue", "a::queue"]) {
      const urn = `urn:pulumi:stack::project::aws:sqs/queue:Queue::${name}`;
      for (const type of [pulumi.DependencyResource, pulumi.DependencyProviderResource]) {
        const { deletedWith } = await served({ deletedWith: new type(urn) });
        assert.equal(await urnOf(deletedWith!), urn);
      }
    }
  });

  it("are each warned of that do nothing", async () => {
    const opts = await served({
      ...none,
      ignoreChanges: ["tags"],
      replaceOnChanges: ["name"],
      replacementTrigger: "one",
      customTimeouts: { create: "7m" },
    });
    const warned = (used: Parameters<typeof optionWarnings>[1]) =>
      optionWarnings(opts, used).map((text) => /^The resource option (\w+) of this component does not/.exec(text)?.[1]);
    const others = ["ignoreChanges", "replaceOnChanges", "replacementTrigger"];
    assert.deepEqual(warned([]), ["customTimeouts", ...others]);
    assert.deepEqual(warned(["customTimeouts"]), others);
  });
});
