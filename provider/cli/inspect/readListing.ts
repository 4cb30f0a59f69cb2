import * as fs from "node:fs/promises";
import * as path from "node:path";
import { listArchive, readAllFromArchive } from "../../archive/reader/archiveReader.js";
import { formats } from "../../formats/index.js";
import { InvalidInputError } from "../../lib/errors.js";
import { posixRelative } from "../../lib/paths.js";
import { isRecord, maxRecordBytes, type Listing, type PackedFile } from "./shares.js";

/** What was pointed at. */
export interface Inspected extends Listing {
  /** `code.zip`, or the folder's name. */
  readonly title: string;
  /** Lambda's limit for it, unpacked, in bytes. */
  readonly limit: number;
}

/** Limit for all RECORDs of an archive together: anybody may have made the archive. */
const maxRecordsBytes = 64_000_000;

const archiveLimit = formats.zip.maxUnzippedSize;

/** Archives that `build --out` writes. Lambda limits their total size. */
const archiveNames = ["code.zip", "layer.zip"];
const contextName = "context";
const contextParts = ["dependencies", "code"];

/**
 * An archive; the folder that `build --out` filled; the context of an image; or any folder of what ships, such as an
 * unpacked layer. `property` is the argument that it was given by. Throws INVALID_INPUT, and BAD_FILE of archives.
 */
export async function readListing(given: string, cwd: string, property: string): Promise<Inspected> {
  const place = path.resolve(cwd, given);
  const status = await fs.stat(place).catch(() => undefined);
  if (status === undefined || !(status.isFile() || status.isDirectory())) {
    const reason =
      status === undefined
        ? `does not exist or cannot be read; looked for ${place}`
        : "is neither an archive nor a folder";
    throw new InvalidInputError([{ property, message: `${JSON.stringify(given)} ${reason}` }]);
  }
  const title = path.basename(place);
  if (status.isFile()) return { title, limit: archiveLimit, ...(await readArchive(place)) };
  const names = await fs.readdir(place);
  const archives = archiveNames.filter((name) => names.includes(name));
  if (archives.length > 0) {
    const listings = await Promise.all(archives.map((name) => readArchive(path.join(place, name), name)));
    return { title: `${title}: ${archives.join(" and ")}`, limit: archiveLimit, ...joined(listings) };
  }
  if (names.includes(contextName) && !names.includes("Dockerfile")) return readListing(contextName, place, property);
  const isContext = names.includes("Dockerfile") && contextParts.some((name) => names.includes(name));
  if (!isContext) return { title, limit: archiveLimit, ...(await readFolder(place, [""])) };
  const parts = contextParts.filter((name) => names.includes(name));
  return { title, limit: formats.image.maxUnzippedSize, ...(await readFolder(place, parts)) };
}

/** Paths are below `prefix`, to distinguish those of two archives. */
async function readArchive(archive: string, prefix = ""): Promise<Listing> {
  const rows = (await listArchive(archive)).filter((row) => row.kind === "file");
  let left = maxRecordsBytes;
  const isRead = ({ path: file, size }: { path: string; size: number }) => {
    const isWanted = isRecord(file) && size <= Math.min(left, maxRecordBytes);
    if (isWanted) left -= size;
    return isWanted;
  };
  const records = await readAllFromArchive(archive, isRead);
  const placed = (name: string) => path.posix.join(prefix, name);
  return {
    files: rows.map((row) => ({ path: placed(row.path), unzipped: row.size, zipped: row.compressedSize })),
    records: new Map([...records].map(([name, bytes]) => [placed(name), bytes.toString("utf8")])),
  };
}

async function readFolder(folder: string, parts: readonly string[]): Promise<Listing> {
  const files: PackedFile[] = [];
  const records = new Map<string, string>();
  for (const part of parts) {
    for (const inner of (await fs.readdir(path.join(folder, part), { recursive: true })).sort()) {
      const file = path.join(folder, part, inner);
      const status = await fs.lstat(file);
      if (!status.isFile()) continue;
      const { size } = status;
      const name = posixRelative(folder, file);
      files.push({ path: name, unzipped: size, zipped: undefined });
      if (isRecord(name) && size <= maxRecordBytes) records.set(name, await fs.readFile(file, "utf8"));
    }
  }
  return { files, records };
}

function joined(listings: readonly Listing[]): Listing {
  return {
    files: listings.flatMap(({ files }) => files),
    records: new Map(listings.flatMap(({ records }) => [...records])),
  };
}
