import { strict as assert } from "node:assert";
import { closest, didYouMean } from "../../../../provider/lib/messages/suggest.js";

describe("suggest", () => {
  it("finds the nearest name", () => {
    assert.equal(closest("handlr", ["handler", "helper"]), "handler");
    assert.equal(closest("lambda_hanlder", ["lambda_handler", "x"]), "lambda_handler");
    // Two letters that changed places are one mistake: two would be too many for so short a word.
    assert.equal(closest("ipa", ["api"]), undefined);
    assert.equal(closest("aip", ["api"]), "api");
    assert.equal(closest("Acme_Core", ["acme-core", "acme-models"]), "acme-core");
  });

  it("gives nothing when no candidate is close", () => {
    assert.equal(closest("api", ["worker", "models"]), undefined);
    assert.equal(didYouMean("api", []), "");
  });

  it("does not depend on the order of the candidates", () => {
    assert.equal(closest("bat", ["cat", "bar"]), closest("bat", ["bar", "cat"]));
  });
});
