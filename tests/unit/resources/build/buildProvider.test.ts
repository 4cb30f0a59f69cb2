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
    assert.deepEqual(buildProvider.check("fn-build", {}, inputs, none), { inputs });
    assert.deepEqual(buildProvider.create("api-build", inputs), { id: "api-build", outs: inputs });
    assert.deepEqual(buildProvider.update(inputs), { outs: inputs });
    assert.deepEqual(buildProvider.read("api-build", inputs), { id: "api-build", props: inputs });
  });

  it("refuses a record without a hash", () => {
    assert.deepEqual(
      buildProvider.check("fn-build", {}, { handler: "a.b" }, none).failures?.map(({ property }) => property),
      ["outputHash"],
    );
    assert.equal(buildProvider.check("fn-build", {}, { outputHash: secret }, none).failures, undefined);
  });

  it("does not record an image that must be built and cannot be, and only warns in a preview", () => {
    const unbuildable = new Unbuildable();
    const warned: string[] = [];
    const name = "fn-build";
    unbuildable.add({ name, outputHash: "in-update" }, { problem: "no builder", warn: undefined });
    unbuildable.add({ name, outputHash: "in-preview" }, { problem: "no builder", warn: (one) => warned.push(one) });
    const recorded = (olds: object, outputHash: string, of = name) =>
      (buildProvider.check(of, { ...olds }, { outputHash }, unbuildable).inputs as { outputHash: string }).outputHash;
    assert.equal(recorded({ outputHash: "in-update" }, "in-update"), "in-update", "it has been built");
    assert.equal(recorded({}, "another"), "another");
    assert.equal(recorded({}, "in-update", "other-build"), "in-update", "another function has a builder");
    assert.equal(unbuildable.refusalOf({ name, outputHash: "in-update" }), undefined);
    const refused = recorded({}, "in-update");
    assert.equal(refused, "in-update (not deployed)");
    assert.equal(recorded({ outputHash: refused }, "in-update"), refused, "it is still to be built");
    assert.equal(unbuildable.refusalOf({ name, outputHash: "in-update" }), "no builder");
    assert.deepEqual(warned, []);
    assert.equal(recorded({}, "in-preview"), "in-preview");
    assert.equal(recorded({ outputHash: "in-preview" }, "in-preview"), "in-preview");
    assert.deepEqual(warned, ["no builder"]);
    assert.equal(unbuildable.refusalOf({ name, outputHash: "in-preview" }), undefined);
  });
});
