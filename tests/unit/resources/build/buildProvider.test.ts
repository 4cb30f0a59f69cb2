import * as assert from "node:assert/strict";
import { Unbuildable } from "../../../../provider/resources/code/image/unbuildable.js";
import { buildProvider } from "../../../../provider/resources/build/buildProvider.js";

/** As the engine writes a value that is not known yet. */
const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const secret = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", value: "x" };

const none = new Unbuildable();

describe("Build", () => {
  it("changes with the hash and with nothing else", () => {
    const changes = (olds: object, news: object) => buildProvider.diff({ ...olds }, { ...news }).changes;
    const record = { outputHash: "a", handler: "h.h", packages: { boto3: "1" } };
    assert.equal(changes(record, record), false);
    assert.equal(changes(record, { outputHash: "a", handler: "other.h", packages: {} }), false);
    assert.equal(changes(record, { ...record, outputHash: "b" }), true);
    assert.equal(changes(record, { ...record, outputHash: unknown }), true);
  });

  it("passes inputs through, unknown and secret ones as they are", () => {
    const inputs = { outputHash: unknown, note: secret };
    assert.deepEqual(buildProvider.check({}, inputs, none), { inputs });
    assert.deepEqual(buildProvider.create("api-build", inputs), { id: "api-build", outs: inputs });
    assert.deepEqual(buildProvider.update(inputs), { outs: inputs });
    assert.deepEqual(buildProvider.read("api-build", inputs), { id: "api-build", props: inputs });
  });

  it("refuses a record without a hash", () => {
    assert.deepEqual(
      buildProvider.check({}, { handler: "a.b" }, none).failures?.map(({ property }) => property),
      ["outputHash"],
    );
    assert.equal(buildProvider.check({}, { outputHash: secret }, none).failures, undefined);
  });

  it("refuses an image that must be built and cannot be, and only warns in a preview", () => {
    const unbuildable = new Unbuildable();
    const warned: string[] = [];
    unbuildable.add("in-update", { problem: "no builder", warn: undefined });
    unbuildable.add("in-preview", { problem: "no builder", warn: (problem) => warned.push(problem) });
    const failures = (olds: object, outputHash: string) =>
      buildProvider.check({ ...olds }, { outputHash }, unbuildable).failures?.map(({ reason }) => reason);
    assert.deepEqual(failures({}, "in-update"), ["no builder"]);
    assert.deepEqual(failures({ outputHash: "other" }, "in-update"), ["no builder"]);
    assert.equal(failures({ outputHash: "in-update" }, "in-update"), undefined, "it has been built");
    assert.equal(failures({}, "another"), undefined);
    assert.deepEqual(warned, []);
    assert.equal(failures({}, "in-preview"), undefined);
    assert.equal(failures({ outputHash: "in-preview" }, "in-preview"), undefined);
    assert.deepEqual(warned, ["no builder"]);
  });
});
