import assert from "node:assert/strict";
import { readMachineSettings } from "../../../provider/lib/machine.js";

describe("settings of the machine", () => {
  for (const [text, milliseconds] of [
    ["60", 60_000],
    ["0", 1_800_000],
    ["-1", 1_800_000],
    ["1h", 1_800_000],
    ["", 1_800_000],
    // The longest that a timer of Node.js can hold: a longer one ends at once.
    ["99999999", 2_147_483_647],
  ] as const)
    it(`UVLAMBDA_TIMEOUT=${text} gives a call of uv ${milliseconds} ms`, () =>
      assert.equal(readMachineSettings({ UVLAMBDA_TIMEOUT: text }).timeoutMs, milliseconds));
});
