import { joinPacks } from "../../../provider/archive/archiveJoiner.js";
import { officialDeflate } from "../../../provider/archive/officialDeflate.js";
import { treeDigest } from "../../../provider/tree/digest.js";
import { scanFolder } from "../../../provider/tree/scan.js";
import { writePack } from "../../support/archives.js";
import { peakKibibytes } from "../../support/peakMemory.js";

/** The output of a process that packed a folder. */
export interface PackReport {
  readonly node: string;
  readonly engine: string;
  readonly digest: string;
  readonly sha256: string;
  readonly maxRssMegabytes: number;
}

/** Program for child processes: `packFolder.ts FOLDER ARCHIVE` prints a `PackReport`. */
async function main([folder, archive]: string[]): Promise<void> {
  const tree = await scanFolder(folder!);
  const pack = await writePack(tree, archive!);
  const { sha256 } = await joinPacks([{ pack }], `${archive}.joined`);
  const report: PackReport = {
    node: process.version,
    engine: (await officialDeflate()).name,
    digest: treeDigest(tree),
    sha256,
    maxRssMegabytes: peakKibibytes() / 1024,
  };
  console.log(JSON.stringify(report));
}

if (require.main === module) void main(process.argv.slice(2));
