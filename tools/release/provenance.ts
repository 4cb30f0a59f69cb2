import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import * as path from "node:path";

interface Resource {
  readonly uri: string;
  readonly digest?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, unknown>>;
}

/**
 * What was built from what: an in-toto statement with SLSA's provenance v1 about the files of `SHA256SUMS`, as JSON. It
 * is not signed: only the service that builds a release can do that. docs/release.md says how.
 */
export function provenance(checkout: string, sums: string): string {
  const { repository } = JSON.parse(readFileSync(path.join(checkout, "schema.json"), "utf8")) as { repository: string };
  const subject = sums
    .trim()
    .split("\n")
    .map((line) => line.split("  "))
    .map(([sha256, name]) => ({ name, digest: { sha256 } }));
  const source = sourceOf(checkout, `git+${repository}.git`);
  const lock = createHash("sha256").update(readFileSync(path.join(checkout, "package-lock.json")));
  return `${JSON.stringify(
    {
      _type: "https://in-toto.io/Statement/v1",
      subject,
      predicateType: "https://slsa.dev/provenance/v1",
      predicate: {
        buildDefinition: {
          buildType: `${repository}/blob/main/docs/release.md`,
          externalParameters: { source, command: "make dist" },
          resolvedDependencies: [source, { uri: "package-lock.json", digest: { sha256: lock.digest("hex") } }],
        },
        runDetails: { builder: { id: `${repository}/blob/main/tools/dist` } },
      },
    },
    undefined,
    2,
  )}\n`;
}

/** Without a digest where the commit does not say what was built. */
function sourceOf(checkout: string, uri: string): Resource {
  const commit = git(checkout, "rev-parse", "HEAD");
  if (commit === undefined) return { uri, annotations: { commit: "unknown: the checkout has no git repository" } };
  const changes = git(checkout, "status", "--porcelain", "--untracked-files=normal");
  if (changes !== "") return { uri, annotations: { commit, uncommittedChanges: true } };
  return { uri, digest: { gitCommit: commit } };
}

function git(folder: string, ...args: string[]): string | undefined {
  const { status, stdout } = spawnSync("git", args, { cwd: folder, encoding: "utf8" });
  return status === 0 ? stdout.trim() : undefined;
}
