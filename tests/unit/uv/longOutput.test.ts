import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { uvError } from "../../../provider/uv/errors/uvErrors.js";

const megabytes = 64;
const call = { command: "uv build", root: "/p", uvPath: "/uv", secrets: ["hunter22secret"] };

/** What a child may print, as programs for node. Each ends with the words that matter. */
const outputs: Readonly<Record<string, string>> = {
  "one word": `for (let i = 0; i < ${megabytes}; i++) fs.writeSync(2, "x".repeat(2 ** 20)); fs.writeSync(2, " the-cause\\n")`,
  "a million lines": `const line = "Building step of sixty characters, more or less, here it is.\\n"; for (let i = 0; i < 1000; i++) fs.writeSync(2, line.repeat(1000)); fs.writeSync(2, "the-cause\\n")`,
  "carriage returns": `for (let i = 0; i < ${megabytes}; i++) fs.writeSync(2, "50 %\\r".repeat(2 ** 18)); fs.writeSync(2, "\\nthe-cause\\n")`,
  addresses: `for (let i = 0; i < ${megabytes}; i++) fs.writeSync(2, "https://".repeat(2 ** 17)); fs.writeSync(2, " the-cause\\n")`,
};

describe("A child that prints endlessly", function () {
  this.timeout(120_000);

  for (const [what, code] of Object.entries(outputs)) {
    it(`${what}: little is kept, and the error shows its end`, () => {
      const folder = fs.mkdtempSync(path.join(os.tmpdir(), "uvlambda-output-"));
      try {
        const child = path.join(folder, "child.cjs");
        const main = path.join(folder, "main.mts");
        fs.writeFileSync(child, `const fs = require("node:fs"); ${code}; process.exitCode = 1;`);
        const provider = JSON.stringify(path.resolve("provider"));
        fs.writeFileSync(
          main,
          `const { ProcessRunner } = await import(${provider} + "/lib/processes/process.ts");
          const { uvError } = await import(${provider} + "/uv/errors/uvErrors.ts");
          const { peakKibibytes } = await import(${JSON.stringify(path.resolve("tests/support/peakMemory.ts"))});
          let lines = 0;
          const options = { cwd: "/", env: {}, timeoutMs: 100_000, onStderr: () => void lines++ };
          const { stderr } = await new ProcessRunner().run(process.execPath, [${JSON.stringify(child)}], options);
          const error = uvError(stderr, ${JSON.stringify(call)});
          console.log(JSON.stringify({ message: error.message, kept: stderr.length, maxRss: peakKibibytes() }));`,
        );
        const answer = execFileSync(process.execPath, ["--import=tsx", main], { encoding: "utf8" });
        const { message, kept, maxRss } = JSON.parse(answer) as { message: string; kept: number; maxRss: number };
        assert.match(message, /the-cause$/);
        assert.ok(message.length < 20_000, `a message of ${message.length} characters`);
        assert.ok(kept < 300_000, `${kept} characters were kept`);
        assert.ok(maxRss < 300 * 1024, `${maxRss} KiB of memory`);
      } finally {
        fs.rmSync(folder, { recursive: true });
      }
    });
  }

  it("shows no part of a secret where a line is shortened", () => {
    for (let before = 150; before < 220; before++) {
      const { message } = uvError(`${"y".repeat(before)}hunter22secret${"z".repeat(2000)} end`, call);
      assert.doesNotMatch(message, /hunt|cret/);
      assert.match(message, /end$/);
    }
  });
});
