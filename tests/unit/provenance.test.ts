import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { provenance } from "../../tools/release/provenance.js";
import { checkout } from "../support/machine.js";
import { temporaryFolder } from "../support/trees.js";

interface Statement {
  readonly subject: unknown;
  readonly predicate: {
    readonly buildDefinition: {
      readonly resolvedDependencies: readonly { readonly digest?: unknown; readonly annotations?: unknown }[];
    };
  };
}

describe("the provenance of a release", () => {
  const folder = temporaryFolder();
  const sums = `${"a".repeat(64)}  one.tar.gz\n${"b".repeat(64)}  two.tar.gz\n`;
  const statement = () => JSON.parse(provenance(folder, sums)) as Statement;
  const source = () => statement().predicate.buildDefinition.resolvedDependencies[0]!;
  const git = (...args: string[]) =>
    execFileSync("git", ["-c", "user.name=x", "-c", "user.email=x@example.com", ...args], { cwd: folder }).toString();

  before(() => {
    for (const name of ["schema.json", "package-lock.json"])
      fs.copyFileSync(path.join(checkout, name), path.join(folder, name));
  });

  after(() => fs.rmSync(folder, { recursive: true, force: true }));

  it("says that it does not know the commit of a folder without a repository", () => {
    assert.equal(source().digest, undefined);
    assert.match(JSON.stringify(source().annotations), /no git repository/);
  });

  it("names each file and the commit", () => {
    git("init", "--quiet");
    git("add", "--all");
    git("commit", "--quiet", "--message", "all");
    assert.deepEqual(statement().subject, [
      { name: "one.tar.gz", digest: { sha256: "a".repeat(64) } },
      { name: "two.tar.gz", digest: { sha256: "b".repeat(64) } },
    ]);
    assert.deepEqual(source().digest, { gitCommit: git("rev-parse", "HEAD").trim() });
    assert.equal(provenance(folder, sums), provenance(folder, sums));
  });

  it("names no commit if files were changed since", () => {
    fs.appendFileSync(path.join(folder, "package-lock.json"), "\n");
    assert.equal(source().digest, undefined);
    assert.match(JSON.stringify(source().annotations), /"uncommittedChanges":true/);
  });
});
