import * as assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { scanFolder } from "../../../provider/tree/scan.js";
import { sortTree } from "../../../provider/tree/merge.js";
import type { TreeEntry } from "../../../provider/tree/tree.js";

/** Reads an archive with a program that is not ours, and fails unless it finds exactly the tree, in its order. */
export interface OtherReader {
  readonly name: string;
  readonly missing: () => string | undefined;
  readonly check: (archive: string, tree: readonly TreeEntry[], scratch: string) => Promise<void>;
}

const listers = path.join(__dirname, "readers");
const goEnvironment = { GO111MODULE: "off", GOTOOLCHAIN: "local", GOFLAGS: "" };

export const otherReaders: readonly OtherReader[] = [
  { name: "Info-ZIP", missing: () => lacks("unzip") ?? lacks("zipinfo"), check: checkWithInfoZip },
  {
    name: "Python",
    missing: () => lacks("python3"),
    check: async (archive, tree) => checkListing(run("python3", [path.join(listers, "list.py"), archive]), tree),
  },
  { name: "Go", missing: () => lacks("go", "version"), check: checkWithGo },
];

async function checkWithGo(archive: string, tree: readonly TreeEntry[], scratch: string): Promise<void> {
  const program = path.join(scratch, "list-with-go");
  if (!fs.existsSync(program)) run("go", ["build", "-o", program, path.join(listers, "list.go")]);
  checkListing(run(program, [archive]), tree);
}

async function checkWithInfoZip(archive: string, tree: readonly TreeEntry[], scratch: string): Promise<void> {
  if (tree.length === 0) return;
  run("unzip", ["-tq", archive]);
  const rows = run("zipinfo", [archive])
    .split("\n")
    .filter((line) => /^-r/.test(line));
  assert.deepEqual(
    rows.map((row) =>
      row.startsWith("-rwxr-xr-x  2.0 unx") ? 0o755 : row.startsWith("-rw-r--r--  2.0 unx") ? 0o644 : row,
    ),
    tree.map((entry) => entry.mode),
  );
  assert.ok(rows.every((row) => row.includes(" 80-Jan-01 00:00 ")));
  const folder = fs.mkdtempSync(path.join(scratch, "unzip-"));
  run("unzip", ["-q", archive, "-d", folder]);
  const plain = (e: TreeEntry) => [e.path, e.size, e.sha256];
  assert.deepEqual((await scanFolder(folder)).map(plain), sortTree(tree).map(plain));
  fs.rmSync(folder, { recursive: true });
}

function checkListing(output: string, tree: readonly TreeEntry[]): void {
  const rows = output
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as unknown);
  assert.deepEqual(
    rows,
    tree.map(({ path: p, mode, size, sha256 }) => ({ path: p, mode, size, sha256 })),
  );
}

function lacks(program: string, ...version: string[]): string | undefined {
  const probe = spawnSync(program, version.length > 0 ? version : ["-h"], { stdio: "ignore" });
  return probe.error === undefined ? undefined : `needs ${program}`;
}

function run(program: string, args: readonly string[]): string {
  const env = { ...process.env, ...goEnvironment, LC_ALL: "C.UTF-8" };
  const done = spawnSync(program, args, { encoding: "utf8", env, maxBuffer: 64 * 1024 * 1024 });
  assert.equal(done.status, 0, `${program} ${args.join(" ")}: ${done.stdout}${done.stderr}`.slice(0, 2_000));
  return done.stdout;
}
