import * as fs from "node:fs/promises";
import * as path from "node:path";
import type { PackedFile } from "../../archive/pack.js";
import type { FileToPack, PackWriter } from "../../archive/packWriter.js";
import { bytesEntry } from "../../tree/fileFacts.js";
import type { FoundFile, SourceEntry, TreeEntry } from "../../tree/tree.js";
import type { BinaryProblem } from "../checks/binaries/binaryProblem.js";
import { auditBinaries } from "../checks/binaries/binaries.js";
import { infoFile, rewriteInfo, stableFolder, type Distribution } from "../install/distributions.js";
import { formatRecord } from "../install/wheelRecord.js";
import type { DistributionFiles } from "./distributionFiles.js";
import type { PackWork } from "./packWork.js";

/** What is stored about one installed distribution. */
export interface DistributionFacts {
  readonly distributions: readonly Distribution[];
  readonly misfits: readonly BinaryProblem[];
}

export interface PackedDistribution {
  readonly rows: readonly PackedFile[];
  readonly facts: DistributionFacts;
}

/** Packs what one distribution has installed, with a RECORD of what ships and, where asked for, with bytecode. */
export async function packDistribution(
  work: Pick<PackWork, "compilers" | "target">,
  { infos, files }: DistributionFiles,
  isBuiltHere: boolean,
  { writer, scratch }: { readonly writer: PackWriter; readonly scratch: string },
): Promise<PackedDistribution> {
  const shipped: FileToPack[] = files.filter(({ path: name }) => infoFile(name) === undefined);
  for (const info of infos) {
    const original = files
      .filter((file) => file.path.startsWith(`${info.folder}/`))
      // It was read already, for the name of the package.
      .map((file) => (infoFile(file.path) === "METADATA" ? { ...file, source: { bytes: info.metadata } } : file));
    const kept = isBuiltHere
      ? (await rewriteInfo(info, original)).map(({ sha256: _, ...entry }) => entry)
      : original.filter((file) => infoFile(file.path) !== "RECORD");
    shipped.push(...kept);
  }
  const packing = writer.add(shipped);
  const compiling = bytecode(work, shipped, writer, scratch);
  const [packed, compiled] = await Promise.allSettled([packing, compiling]);
  if (packed.status === "rejected") throw packed.reason;
  if (compiled.status === "rejected") throw compiled.reason;
  const rows = packed.value;
  const records = await writer.add(infos.map((info) => recordOf(info.name, recordPath(info, isBuiltHere), rows)));
  const onDisk = rows.map((row, i) => ({ ...row, source: shipped[i]!.source }));
  const misfits = await auditBinaries(onDisk, work.target);
  const distributions = infos.map(({ name, version }) => ({ name, version }));
  return { rows: [...rows, ...compiled.value, ...records], facts: { distributions, misfits } };
}

/** RECORD of a distribution, for the files that it owns. */
export function recordOf(owner: string | undefined, file: string, rows: readonly TreeEntry[]): SourceEntry {
  const owned = rows.filter((row) => row.owner === owner);
  return bytesEntry(file, Buffer.from(formatRecord(owned, file)), owner);
}

function recordPath(info: Distribution & { readonly folder: string }, isBuiltHere: boolean): string {
  return `${isBuiltHere ? stableFolder(info) : info.folder}/RECORD`;
}

async function bytecode(
  { compilers }: Pick<PackWork, "compilers">,
  files: readonly FoundFile[],
  writer: PackWriter,
  scratch: string,
): Promise<PackedFile[]> {
  const compiler = compilers.dependencies;
  if (compiler === undefined) return [];
  // Names in it are ours: one folder for each distribution.
  const folder = await fs.mkdtemp(path.join(scratch, "compiled-"));
  return writer.add(await compiler.bytecodeOf(files, folder));
}
