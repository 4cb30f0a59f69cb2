import assert from "node:assert/strict";
import { fileOf, filesWithoutHash, mayLackHashes } from "../../../../provider/project/lock/lockedHashes.js";

const url = "https://files.example/alpha-1.0-py3-none-any.whl";
const hash = 'hash = "sha256:00"';

function lock(files: string, source = '{ registry = "https://index.example/simple" }'): string {
  return `version = 1\n\n[[package]]\nname = "Al.Pha"\nversion = "1.0"\nsource = ${source}\n${files}\n`;
}

/** Content of a lock to the files without a hash. */
const locks: readonly (readonly [string, string, string[]])[] = [
  ["a wheel", lock(`wheels = [\n    { url = "${url}" },\n]`), ["alpha-1.0-py3-none-any.whl"]],
  [
    "one of two",
    lock(`wheels = [\n    { url = "${url}", ${hash} },\n    { url = "${url}2", size = 3 },\n]`),
    ["alpha-1.0-py3-none-any.whl2"],
  ],
  ["a source archive", lock('sdist = { url = "https://x.example/alpha-1.0.tar.gz", size = 5 }'), ["alpha-1.0.tar.gz"]],
  [
    "an encoded name",
    lock('wheels = [\n    { url = "https://x.example/alpha-1.0%2Blocal-py3-none-any.whl#frag" },\n]'),
    ["alpha-1.0+local-py3-none-any.whl"],
  ],
  ["a URL", lock(`wheels = [\n    { url = "${url}" },\n]`, `{ url = "${url}" }`), ["alpha-1.0-py3-none-any.whl"]],
  [
    "all hashes",
    lock(`sdist = { url = "${url}", ${hash} }\nwheels = [\n    { url = "${url}", ${hash}, size = 1 },\n]`),
    [],
  ],
  [
    "files of this machine",
    lock('wheels = [\n    { path = "alpha.whl" },\n    { url = "file:///x/alpha.whl" },\n]'),
    [],
  ],
  ["a source that is a URL", lock(`wheels = [\n    { url = "${url}", ${hash} },\n]`, `{ url = "${url}" }`), []],
  ["no files", lock(""), []],
];

describe("files without a hash in uv.lock", () => {
  for (const [what, text, files] of locks)
    it(`${what}: ${files.length}`, () => {
      assert.deepEqual(
        [...filesWithoutHash(text, "uv.lock")],
        files.map((file) => fileOf("al-pha", file)),
      );
      assert.equal(mayLackHashes(text), files.length > 0);
    });

  it("are found in a lock that is written by hand, too", () => {
    for (const files of [
      `wheels=[{url="${url}"}]`,
      `wheels = [{'url' = '${url}', hash = 1}]`,
      `[[package.wheels]]\nurl = "${url}"`,
    ])
      assert.equal(filesWithoutHash(lock(files), "uv.lock").size, 1, files);
  });

  it("a lock that cannot be read is refused by name", () => {
    assert.throws(() => filesWithoutHash("x = [", "/p/uv.lock"), {
      code: "LOCK_UNREADABLE",
      message: /^\/p\/uv\.lock:/,
    });
  });
});
