import assert from "node:assert/strict";
import { bridgedPlugin } from "./bridge/bench.js";
import { recordedStates } from "./recordings.js";

/** The stand-in recorded them. The real provider must not see a change in them. */
describe("recorded states, as the real provider sees them", function () {
  this.timeout(120_000);
  const provider = bridgedPlugin();

  for (const { name, resources } of recordedStates()) {
    it(`${name} has no change`, async () => {
      const changes: string[] = [];
      for (const { type, urn, id = "", inputs = {}, outputs = {} } of resources()) {
        const { changed } = await provider().diff({ token: type, id, state: outputs, before: inputs }, inputs);
        if (changed.length > 0) changes.push(`${type} ${urn.split("::").at(-1)}: ${changed.join(", ")}`);
      }
      assert.deepEqual(changes, []);
    });
  }
});
