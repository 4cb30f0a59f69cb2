import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import { sha256Hex } from "../../../provider/lib/hash.js";
import { StoredLists } from "../../../provider/packaging/storedLists.js";
import type { StoreEntry } from "../../../provider/store/store.js";
import { openedDuring } from "../../support/openedFiles.js";
import { temporaryFolder } from "../../support/trees.js";

describe("lists in entries", () => {
  let folder: string;
  beforeEach(() => (folder = temporaryFolder()));
  afterEach(() => fs.rmSync(folder, { recursive: true }));

  const rows = (count: number, text: string) => Array.from({ length: count }, (_, i) => ({ path: `${text}${i}` }));
  const entryOf = (name: string): StoreEntry => {
    const file = `${folder}/${name}`;
    const bytes = fs.readFileSync(file);
    const files = { [name]: { sha256: sha256Hex(bytes), size: bytes.length } };
    return { folder, file: () => file, files, identity: "", meta: null };
  };
  /** Reads, and how many files that opens. */
  const opens = async (lists: StoredLists, entry: StoreEntry, name: string) => {
    let found: unknown;
    const opened = await openedDuring(folder, async () => (found = lists.read(entry, name)));
    return [found, Object.keys(opened).length];
  };

  it("are known by the hash of what was written", async () => {
    const lists = new StoredLists();
    const told: unknown[] = [];
    lists.write(folder, "a.json", rows(2, "a"), (name, file) => told.push([name, file]));
    const entry = entryOf("a.json");
    assert.deepEqual(told, [["a.json", entry.files["a.json"]]]);
    assert.deepEqual(await opens(lists, entry, "a.json"), [rows(2, "a"), 0]);
    fs.writeFileSync(`${folder}/a.json`, JSON.stringify(rows(1, "other")));
    const other = entryOf("a.json");
    assert.deepEqual(await opens(lists, other, "a.json"), [rows(1, "other"), 1]);
    assert.deepEqual(await opens(lists, other, "a.json"), [rows(1, "other"), 0]);
  });

  it("are forgotten, the oldest first, when there are too many rows", async () => {
    const lists = new StoredLists(5);
    for (const name of ["a", "b", "c"]) lists.write(folder, name, rows(2, name), () => {});
    assert.deepEqual(await opens(lists, entryOf("c"), "c"), [rows(2, "c"), 0]);
    assert.deepEqual(await opens(lists, entryOf("b"), "b"), [rows(2, "b"), 0]);
    assert.deepEqual(await opens(lists, entryOf("a"), "a"), [rows(2, "a"), 1]);
    lists.write(folder, "long", rows(6, "long"), () => {});
    assert.deepEqual(await opens(lists, entryOf("long"), "long"), [rows(6, "long"), 1]);
  });
});
