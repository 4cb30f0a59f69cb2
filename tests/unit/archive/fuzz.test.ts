import assert from "node:assert/strict";
import * as fs from "node:fs/promises";
import * as path from "node:path";
import * as fc from "fast-check";
import { listArchive, treeOfArchive } from "../../../provider/archive/reader/archiveReader.js";
import { readListing } from "../../../provider/cli/inspect/readListing.js";
import { sharesOf } from "../../../provider/cli/inspect/shares.js";
import { UvLambdaError } from "../../../provider/lib/errors.js";
import { parseToml, TomlFileError } from "../../../provider/lib/toml.js";
import { readElf } from "../../../provider/packaging/checks/binaries/elf.js";
import { readLogicalLines, TokenError } from "../../../provider/packaging/checks/handler/python/pythonTokens.js";
import { parseRecord } from "../../../provider/packaging/install/wheelRecord.js";
import { lockedNames } from "../../../provider/project/lock/lockfile.js";
import { parsePylock } from "../../../provider/project/lock/pylock.js";
import { uvError } from "../../../provider/uv/errors/uvErrors.js";
import { writeZip } from "../../aws/archive/writeZip.js";
import { seed } from "../../support/secrets.js";
import { Scratch } from "../support/scratch.js";

/** Short, so that it fits into every run. UVLAMBDA_TEST_SECONDS gives each reader more time. */
const seconds = Number(process.env["UVLAMBDA_TEST_SECONDS"] ?? 1);
const settings = { seed, numRuns: 100_000, interruptAfterTimeLimit: seconds * 1000, markInterruptAsFailure: false };

interface Change {
  readonly at: number;
  readonly kind: string;
  readonly value: number;
}

/** Changes, cuts and repeats parts of a valid file: random bytes alone never pass the first check. */
const mutations: fc.Arbitrary<Change[]> = fc.array(
  fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    kind: fc.constantFrom("byte", "cut", "repeat", "word"),
    value: fc.integer({ min: 0, max: 0xffffffff }),
  }),
  { minLength: 1, maxLength: 6 },
);

function mutated(bytes: Buffer, changes: readonly Change[]): Buffer {
  let result = Buffer.from(bytes);
  for (const { at, kind, value } of changes) {
    const place = Math.floor(at * Math.max(0, result.length - 4));
    if (result.length < 5) return result;
    const before = result.subarray(0, place);
    if (kind === "byte") result[place] = value & 0xff;
    else if (kind === "word") result.writeUInt32LE(value, place);
    else if (kind === "cut") result = Buffer.from(result.subarray(0, place + 1));
    else result = Buffer.concat([before, result.subarray(place, place + (value % 200)), result.subarray(place)]);
  }
  return result;
}

interface Reader {
  readonly sample: string;
  readonly read: (text: string) => unknown;
  readonly allowed: (error: unknown) => boolean;
}

const readers: Readonly<Record<string, Reader>> = {
  RECORD: { sample: 'a/b.py,sha256=abc,10\n"a,""b.py",,\n', read: parseRecord, allowed: () => false },
  TOML: {
    sample: '[project]\nname = "x"\nlist = [1, 2, { a = "b" }]\n[[a.b]]\nc = 1979-05-27T07:32:00Z\n',
    read: (text) => parseToml(text, "file"),
    allowed: (error) => error instanceof TomlFileError,
  },
  "uv.lock": {
    sample: 'version = 1\n[[package]]\nname = "a"\nversion = "1"\nsource = { registry = "https://host/simple" }\n',
    read: lockedNames,
    allowed: (error) => error instanceof UvLambdaError,
  },
  pylock: {
    sample:
      'lock-version = "1.0"\n[[packages]]\nname = "a"\nversion = "1"\nwheels = [{ url = "https://u:p@h/a.whl?sig=x", hashes = { sha256 = "aa" } }]\n',
    read: parsePylock,
    allowed: (error) => error instanceof UvLambdaError,
  },
  "uv's stderr": {
    sample: "error: Failed to download `a==1`\n  cause: Failed to fetch: `http://u:p@h/a.whl`\n  ╰─▶ dns error\n",
    read: (text) => uvError(text, { command: "uv", root: "/r", uvPath: "/uv", secrets: ["p4ss"] }),
    allowed: () => false,
  },
  "Python tokens": {
    sample: "import os\ndef handler(event, context):\n    return f\"{event!r:>{10}}\" + '''a\nb'''\nx = [1,\n 2]\n",
    read: readLogicalLines,
    allowed: (error) => error instanceof TokenError,
  },
};

describe(`readers of foreign files, fuzzed (seed ${seed}, ${seconds} s each)`, function () {
  this.timeout(60_000 + seconds * 20_000);
  const scratch = new Scratch();
  after(() => scratch.remove());

  const archive = writeZip([
    { name: "pkg/__init__.py", content: "x = 1\n" },
    { name: "pkg-1.0.dist-info/RECORD", content: "pkg/__init__.py,sha256=x,6\n" },
  ]);

  it("zip: anything but an archive is BAD_FILE, and no other error is thrown", async () => {
    const file = path.join(await scratch.make(), "a.zip");
    const isOurs = (error: unknown) => error instanceof UvLambdaError && ["BAD_FILE", "TOO_LARGE"].includes(error.code);
    const inspected = async () => sharesOf(await readListing(file, "/", "ARCHIVE"));
    await fc.assert(
      fc.asyncProperty(mutations, async (changes) => {
        await fs.writeFile(file, mutated(archive, changes));
        for (const read of [() => listArchive(file), () => treeOfArchive(file), inspected])
          await read().catch((error: unknown) => assert.ok(isOurs(error), String(error)));
      }),
      settings,
    );
  });

  it("zip: rows that share their bytes are refused", async () => {
    const file = path.join(await scratch.make(), "overlap.zip");
    const bytes = Buffer.from(archive);
    const row = Buffer.from("PK\u0001\u0002");
    bytes.writeUInt32LE(0, bytes.indexOf(row, bytes.indexOf(row) + 1) + 42);
    await fs.writeFile(file, bytes);
    await assert.rejects(listArchive(file), /is inside of another file/);
  });

  for (const [name, { sample, read, allowed }] of Object.entries(readers)) {
    it(`${name}: no crash and no hang`, () => {
      const anything = fc.oneof(
        mutations.map((changes) => mutated(Buffer.from(sample), changes).toString("utf8")),
        fc.string({ unit: "binary", maxLength: 400 }),
        fc.array(fc.constantFrom(...sample), { maxLength: 400 }).map((characters) => characters.join("")),
      );
      const holds = (text: string) => {
        try {
          read(text);
        } catch (error) {
          if (!allowed(error)) throw error;
        }
      };
      fc.assert(fc.property(anything, holds), settings);
    });
  }

  it("ELF: a damaged file counts as none, and reading it ends", async () => {
    const file = path.join(await scratch.make(), "library.so");
    const own = (await fs.readFile(process.execPath)).subarray(0, 4096);
    await fc.assert(
      fc.asyncProperty(mutations, async (changes) => {
        await fs.writeFile(file, mutated(Buffer.from(own), changes));
        await readElf(file);
      }),
      settings,
    );
  });
});
