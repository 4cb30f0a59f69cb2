import { strict as assert } from "node:assert";
import { checkCollisions } from "../../../../provider/packaging/checks/collisions.js";

describe("collision check", () => {
  it("is silent without conflicts", () => assert.deepEqual(checkCollisions([]), []));

  it("names path and owners of each kind", () => {
    const [finding, ...others] = checkCollisions([
      { kind: "content", path: "pkg/util.py", owners: ["a", "b"] },
      { kind: "case", path: "x/Y.py", other: "x/y.py", owners: [null] },
      { kind: "folder", path: "z", owners: ["a", null] },
    ]);
    assert.deepEqual(others, []);
    assert.ok(finding?.certain);
    assert.equal(finding.code, "FILE_CONFLICT");
    assert.match(finding.message, /pkg\/util\.py: different bytes in a and b/);
    assert.match(finding.message, /x\/Y\.py and x\/y\.py: differ only in case, in the project's own files/);
    assert.match(finding.message, /z: a file and a folder, in a and the project's own files/);
  });

  it("stays short", () => {
    const many = Array.from(
      { length: 50 },
      (_, i) => ({ kind: "content", path: `${i}.py`, owners: ["a", "b"] }) as const,
    );
    assert.match(checkCollisions(many)[0]!.message, /and 40 more$/);
  });

  it("does not call it certain where two third-party packages want a path, and names who has it", () => {
    const findings = checkCollisions([
      { kind: "third-party", path: "jwt/api.py", owners: ["jwt", "pyjwt"] },
      { kind: "case", path: "x/Y.py", other: "x/y.py", owners: ["a", "b"] },
    ]);
    assert.deepEqual(
      findings.map(({ certain }) => certain),
      [true, false],
    );
    assert.doesNotMatch(findings[0]!.message, /jwt/);
    assert.match(findings[1]!.message, /jwt\/api\.py: that of jwt ships, that of pyjwt does not/);
    assert.match(findings[1]!.hint ?? "", /prune/);
  });
});
