import * as fs from "node:fs/promises";
import * as path from "node:path";
import { compareBytes } from "../../lib/byteOrder.js";
import { UvLambdaError } from "../../lib/errors.js";
import { sha256File } from "../../lib/hash.js";
import type { MachineSettings } from "../../lib/machine.js";
import { listBelow } from "../../lib/messages/lists.js";
import { artifactTree } from "../../packaging/artifact/assemble.js";
import { createPackager } from "../../packaging/createPackager.js";
import type { Artifact, PackageRequest } from "../../packaging/request.js";
import { systemTemporaryFolder } from "../../store/systemTemporary.js";
import { treeDigest } from "../../tree/digest.js";
import { scanFolder } from "../../tree/scan.js";
import type { CommandContext } from "../command.js";

const maxNamed = 20;

/**
 * Builds again with another store and temporary folder, and with another cache of uv if that holds packages built
 * here. Throws NOT_REPRODUCIBLE with the names of what differs.
 */
export async function verifyBuild(
  request: PackageRequest,
  first: Artifact,
  { machine, reporter, onInterrupt }: Pick<CommandContext, "machine" | "reporter" | "onInterrupt">,
): Promise<{ readonly uvProcesses: number }> {
  const folder = systemTemporaryFolder("verify");
  try {
    await fs.mkdir(path.join(folder, "tmp"));
    const packager = createPackager(elsewhere(machine, request, folder), reporter);
    onInterrupt(() => packager.cancel());
    reporter.progress("Building again to compare");
    const second = await packager.package(request, { reporter });
    const names = await differences(first, second);
    if (names.length > 0) throw different(names);
    return { uvProcesses: packager.uvProcesses() };
  } finally {
    await fs.rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

function elsewhere(machine: MachineSettings, request: PackageRequest, folder: string): MachineSettings {
  // uv keeps third-party packages that it built, and would reuse them. It builds local packages each time.
  const cache = request.sourceBuilds.length === 0 ? {} : { UV_CACHE_DIR: path.join(folder, "uv-cache") };
  const environment = { ...machine.environment, ...cache, TMPDIR: path.join(folder, "tmp") };
  return { ...machine, cacheDir: path.join(folder, "store"), isCacheReadOnly: false, environment };
}

/** Names of packed files that differ, or of the artifacts if only their archives do. */
async function differences(first: Artifact, second: Artifact): Promise<string[]> {
  const [one, two] = [await packedFiles(first), await packedFiles(second)];
  const paths = [...new Set([...one.keys(), ...two.keys()])].filter((file) => one.get(file) !== two.get(file));
  if (paths.length > 0) return paths.sort(compareBytes);
  const [a, b] = [await artifactHashes(first), await artifactHashes(second)];
  return [...new Set([...a.keys(), ...b.keys()])].filter((name) => a.get(name) !== b.get(name));
}

async function packedFiles(artifact: Artifact): Promise<Map<string, string>> {
  return new Map(artifactTree(artifact).map(({ path: file, mode, sha256 }) => [file, `${mode} ${sha256}`]));
}

/** Hashes of the bytes on disk, not the recorded ones. */
async function artifactHashes({ folder, files }: Artifact): Promise<Map<string, string>> {
  const hashes = files.map(async ({ name }) => [name, await hashOnDisk(path.join(folder, name))] as const);
  return new Map(await Promise.all(hashes));
}

async function hashOnDisk(file: string): Promise<string> {
  const isFolder = (await fs.stat(file)).isDirectory();
  return isFolder ? treeDigest(await scanFolder(file)) : (await sha256File(file)).sha256;
}

function different(names: readonly string[]): UvLambdaError {
  const message = listBelow("A second build gave different bytes:", names, maxNamed);
  return new UvLambdaError("NOT_REPRODUCIBLE", message, {
    hint: "Find what writes the time, a path or a random value into these files: usually a build backend or its plugin.",
  });
}
