import * as assert from "node:assert/strict";
import { badPathReason, decodeName, printableName } from "../../../provider/tree/names.js";

describe("names", () => {
  it("accepts what Python projects have", () => {
    const good = [
      "a",
      "a/b.py",
      ".hidden",
      "a b",
      "日本/é.py",
      "a..b",
      "...",
      "x".repeat(255),
      `${"d/".repeat(300)}f`,
      "a/c:d",
      "é",
    ];
    for (const path of good) assert.equal(badPathReason(path), undefined, path);
  });

  it("says why a path is refused", () => {
    const bad: Record<string, RegExp> = {
      "": /empty/,
      "/etc/passwd": /absolute/,
      "C:/x": /drive letter/,
      "C:x": /drive letter/,
      "a\\b": /backslash/,
      "../evil": /"\.\."/,
      "a/../b": /"\.\."/,
      "a/..": /"\.\."/,
      "./a": /"\."/,
      "a//b": /empty name/,
      "a/": /empty name/,
      "a\nb": /control/,
      "a\u0000b": /control/,
      "a\u007f": /control/,
      "a\u0085": /control/,
      ["x".repeat(256)]: /longer than 255/,
      ["é".repeat(128)]: /longer than 255/,
      ["d/".repeat(2500) + "f"]: /longer than 4000/,
    };
    for (const [path, reason] of Object.entries(bad)) assert.match(badPathReason(path) ?? "accepted", reason, path);
  });

  it("distinguishes invalid UTF-8 from the replacement character", () => {
    assert.equal(decodeName(Buffer.from("a\ufffd")), "a\ufffd");
    assert.equal(decodeName(Buffer.from([0x61, 0xff])), undefined);
    assert.equal(decodeName(Buffer.from("\ufeffa")), "\ufeffa");
  });

  it("prints any name on one line", () => {
    assert.equal(printableName(Buffer.from([0x61, 0xff, 0xfe])), "a\\xff\\xfe");
    assert.equal(printableName("a\nb\u001b[31m"), "a\\x0ab\\x1b[31m");
    assert.equal(printableName("日本"), "日本");
  });
});
