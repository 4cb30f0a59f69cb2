import { statSync } from "node:fs";
import type { FileToPack } from "../../archive/packWriter.js";
import { findFiles, type OnDisk } from "../../tree/scan.js";
import {
  infoFile,
  isDropping,
  namingPackages,
  readInfos,
  withoutHostScripts,
  type Info,
} from "../install/distributions.js";

/** What one distribution has installed, before anybody looks into the files. */
export interface DistributionFiles {
  /** Usually one; none where a wheel names no package. */
  readonly infos: readonly Info[];
  /** `owner` is the distribution that names the file in its RECORD. */
  readonly files: readonly InstalledFile[];
  readonly size: number;
}

export type InstalledFile = OnDisk & FileToPack & { readonly size: number };

/**
 * The files of each distribution in a folder that uv filled. Two that name the same path, and all where a file is named by
 * nobody, are installed again, each alone: the folder does not say what else they would have put there.
 */
export async function splitInstalled(
  folder: string,
  names: readonly string[],
  installAlone: (name: string) => Promise<string>,
): Promise<ReadonlyMap<string, DistributionFiles>> {
  const together = await readFolder(folder);
  const owners = new Map<string, Set<string>>();
  for (const { name, record } of together.infos)
    for (const { path } of record) owners.set(path, (owners.get(path) ?? new Set()).add(name));
  const byOwner = new Map<string, OnDisk[]>();
  const unclear = new Set(names.filter((name) => !together.infos.some((info) => info.name === name)));
  for (const file of together.files) {
    const claimants = claimantsOf(file, together.infos, owners);
    if (claimants.length !== 1) for (const name of claimants.length === 0 ? names : claimants) unclear.add(name);
    else byOwner.set(claimants[0]!, [...(byOwner.get(claimants[0]!) ?? []), file]);
  }
  const split = new Map<string, DistributionFiles>();
  for (const name of names) {
    if (unclear.has(name)) {
      const alone = names.length === 1 ? together : await readFolder(await installAlone(name));
      const own = new Map(alone.infos.flatMap((info) => info.record.map(({ path }) => [path, info.name] as const)));
      split.set(
        name,
        described(
          alone.infos,
          alone.files.map((file) => owned(file, ownerOf(file, alone.infos) ?? own.get(file.path))),
        ),
      );
    } else {
      const infos = together.infos.filter((info) => info.name === name);
      split.set(
        name,
        described(
          infos,
          (byOwner.get(name) ?? []).map((file) => owned(file, name)),
        ),
      );
    }
  }
  return split;
}

async function readFolder(
  folder: string,
): Promise<{ readonly infos: readonly Info[]; readonly files: readonly OnDisk[] }> {
  const all = await namingPackages(folder, () => findFiles(folder, { select: (path) => !isDropping(path) }));
  const files = await withoutHostScripts(all);
  return { infos: await readInfos(files), files };
}

function claimantsOf(file: OnDisk, infos: readonly Info[], owners: ReadonlyMap<string, ReadonlySet<string>>): string[] {
  const owner = ownerOf(file, infos);
  return owner === undefined ? [...(owners.get(file.path) ?? [])] : [owner];
}

/** Whose dist-info folder a file is in. */
function ownerOf({ path }: OnDisk, infos: readonly Info[]): string | undefined {
  if (infoFile(path) === undefined) return undefined;
  return infos.find((info) => path.startsWith(`${info.folder}/`))?.name;
}

function owned(file: OnDisk, owner: string | undefined): InstalledFile {
  // The size only says what to begin with.
  const { size } = statSync(file.source.file);
  return owner === undefined ? { ...file, size } : { ...file, owner, size };
}

function described(infos: readonly Info[], files: readonly InstalledFile[]): DistributionFiles {
  return { infos, files, size: files.reduce((sum, { size }) => sum + size, 0) };
}
