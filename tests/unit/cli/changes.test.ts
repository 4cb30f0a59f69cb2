import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { Changes } from "../../../provider/cli/invoke/changes.js";

describe("changes below a folder", () => {
  const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "uvlambda-changes-")));
  after(() => fs.rmSync(folder, { recursive: true }));

  it("are noticed, and leave no listener on the signal that ends the wait", async () => {
    const { signal } = new AbortController();
    for (let round = 1; round <= 3; round++) {
      const changes = new Changes(folder, []);
      const next = changes.next(signal);
      fs.writeFileSync(path.join(folder, "handler.py"), String(round));
      await next;
      assert.deepEqual([...changes.seen], [path.join(folder, "handler.py")]);
      changes.close();
    }
    assert.deepEqual(getEventListeners(signal, "abort"), []);
  });

  it("are no longer waited for when the signal aborts, even if it has aborted before", async () => {
    const ended = new AbortController();
    const changes = new Changes(folder, []);
    const next = changes.next(ended.signal);
    ended.abort(new Error("Ctrl-C"));
    await assert.rejects(next, /Ctrl-C/);
    await assert.rejects(changes.next(ended.signal), /Ctrl-C/);
    changes.close();
  });
});
