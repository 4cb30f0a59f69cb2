import { createLimit } from "../lib/concurrency/limit.js";
import { CHUNK_SIZE } from "../lib/files/fileChunks.js";
import { sortTree } from "../tree/merge.js";
import { sourceOf } from "../tree/recentContents.js";
import type { Mode, SourceEntry } from "../tree/tree.js";
import type { Deflate } from "./deflate.js";
import { officialDeflate } from "./officialDeflate.js";
import type { Pack, PackedFile, PackForm } from "./pack.js";
import { PackHere } from "./packing/packHere.js";
import type { Packer, WrittenFile } from "./packing/packer.js";

/** Limits of one job, high enough that asking for the next job costs next to nothing. */
const JOB_BYTES = 1024 * 1024;
const JOB_FILES = 100;

/** A file to pack. It must still be as the scan found it when it is read. */
export interface FileToPack extends Pick<SourceEntry, "path" | "owner" | "source"> {
  readonly sha256?: string;
  readonly size?: number;
  readonly mode?: Mode;
}

export interface PackOptions {
  readonly form?: PackForm;
  /** Who does the work; shared by packs that are written at once. Default: this thread. */
  readonly packer?: Packer;
  /** Called after each job with the number of bytes that were packed. */
  readonly onPacked?: (bytes: number) => void;
  /** The compressor of this thread. Default: what `officialDeflate` gives. */
  readonly deflate?: Deflate;
}

export interface WrittenPack extends Pack {
  /** The data files of the pack. */
  readonly written: readonly WrittenFile[];
}

/**
 * Reads each file once: one pass gives hash, checksum, mode and compressed bytes. Files are written as they become
 * ready; only their list is in order.
 */
export class PackWriter {
  private failed = false;

  private constructor(
    private readonly file: string,
    private readonly form: PackForm,
    private readonly packer: Packer,
    private readonly onPacked: (bytes: number) => void,
  ) {}

  /** The pack of everything that `fill` returned. On failure, the owner of the folder removes what is left. */
  static async write(
    file: string,
    options: PackOptions,
    fill: (writer: PackWriter) => Promise<readonly PackedFile[]>,
  ): Promise<WrittenPack> {
    const packer = options.packer ?? new PackHere(options.deflate ?? (await officialDeflate()));
    const writer = new PackWriter(file, options.form ?? "deflated", packer, options.onPacked ?? (() => {}));
    const [filled] = await Promise.allSettled([fill(writer)]);
    const [finished] = await Promise.allSettled([packer.finish(file)]);
    if (filled.status === "rejected") throw filled.reason;
    if (finished.status === "rejected") throw finished.reason;
    return { tree: sortTree(filled.value), written: finished.value };
  }

  /**
   * The files in the order given. Rejects after all work has ended, with the first failure in the order of the work.
   */
  async add(files: readonly FileToPack[]): Promise<PackedFile[]> {
    const packed: PackedFile[] = [];
    const limit = createLimit(this.packer.parallel);
    const jobs = jobsOf(files).map((job) =>
      limit(async () => {
        if (!this.failed) await this.run(job, files, packed);
      }).catch((error: unknown) => {
        this.failed = true;
        throw error;
      }),
    );
    const failure = (await Promise.allSettled(jobs)).find((result) => result.status === "rejected");
    if (failure !== undefined) throw failure.reason;
    return packed;
  }

  private async run(job: readonly number[], files: readonly FileToPack[], packed: PackedFile[]): Promise<void> {
    const contents = await this.packer.pack({
      pack: this.file,
      form: this.form,
      files: job.map((i) => {
        const { path, sha256 } = files[i]!;
        return { path, source: sourceOf(files[i]!), ...(sha256 !== undefined && { sha256 }) };
      }),
    });
    this.onPacked(contents.reduce((sum, { size }) => sum + size, 0));
    for (const [k, i] of job.entries()) {
      const { path, owner, mode } = files[i]!;
      const { isWhole, ...content } = contents[k]!;
      const isUnpacked = isWhole === true && (mode ?? content.mode) === content.mode;
      packed[i] = {
        path,
        ...content,
        mode: mode ?? content.mode,
        ...(isUnpacked && { isWhole }),
        ...(owner !== undefined && { owner }),
      };
    }
  }
}

/** Indexes of files that are packed together, the largest first, so that all threads have work until the end. */
function jobsOf(files: readonly FileToPack[]): number[][] {
  const order = files.map((_, i) => i).sort((a, b) => sizeOf(files[b]!) - sizeOf(files[a]!));
  const jobs: number[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const i of order) {
    const size = sizeOf(files[i]!);
    const last = jobs.at(-1);
    const fits = last !== undefined && size <= CHUNK_SIZE && bytes + size <= JOB_BYTES && last.length < JOB_FILES;
    if (fits) last.push(i);
    else jobs.push([i]);
    bytes = fits ? bytes + size : size;
  }
  return jobs;
}

function sizeOf({ size, source }: FileToPack): number {
  return size ?? ("bytes" in source ? source.bytes.length : 0);
}
