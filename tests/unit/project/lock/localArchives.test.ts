import assert from "node:assert/strict";
import type { LockedPackage } from "../../../../provider/project/lock/pylock.js";
import { pathOnDisk, withHashesOnDisk } from "../../../../provider/project/lock/localArchives.js";

describe("pathOnDisk", () => {
  for (const [location, expected] of [
    ["wheels/alpha.whl", "/project/wheels/alpha.whl"],
    ["/x/alpha.whl", "/x/alpha.whl"],
    ["file:///x/a%20b.whl", "/x/a b.whl"],
    ["https://files.example/alpha.whl", undefined],
    ["file://host/x/alpha.whl", undefined],
    ["file:///x%2Falpha.whl", undefined],
  ] as const)
    it(`${location} is ${expected ?? "not on this disk"}`, () =>
      assert.equal(pathOnDisk(location, "/project"), expected));
});

describe("withHashesOnDisk", () => {
  it("gives wheels and sdists on this disk the hash that they have now", async () => {
    const file = (location: string) => ({ location, filename: location, hash: "sha256:locked" });
    const locked = { name: "alpha", version: "1.0", kind: "registry" } as const;
    const given: LockedPackage[] = [
      { ...locked, wheels: [file("wheels/a.whl"), file("https://files.example/a.whl")], sdist: file("/x/a.tar.gz") },
      { ...locked, wheels: [file("wheels/gone.whl")] },
    ];
    const onDisk: Readonly<Record<string, string>> = { "/project/wheels/a.whl": "wheel", "/x/a.tar.gz": "sdist" };
    const [first, second] = await withHashesOnDisk(given, "/project", async (name) => onDisk[name]);
    assert.deepEqual(
      first!.wheels.map(({ hash }) => hash),
      ["sha256:wheel", "sha256:locked"],
    );
    assert.equal(first!.sdist?.hash, "sha256:sdist");
    assert.deepEqual(second, given[1]);
  });
});
