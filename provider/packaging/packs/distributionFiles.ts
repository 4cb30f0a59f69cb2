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

/** The files of one distribution, not read yet. */
export interface DistributionFiles {
  /** Usually one. None if a wheel names no package. */
  readonly infos: readonly Info[];
  /** `owner` is the distribution that names the file in its RECORD. */
  readonly files: readonly InstalledFile[];
  readonly size: number;
}

export type InstalledFile = OnDisk & FileToPack & { readonly size: number };

/**
 * The files of each distribution in a folder that uv filled. Distributions that name the same path are installed
 * again, each alone. So are all of them if no distribution names a file. The folder does not say what else they would
 * have installed.
 */
export async function splitInstalled(
  folder: string,
  names: readonly string[],
  installAlone: (name: string) => Promise<string>,
): Promise<ReadonlyMap<string, DistributionFiles>> {
  const together = await readFolder(folder);
  const claims = claimsOf(together.infos);
  const byOwner = new Map<string, OnDisk[]>(names.map((name) => [name, []]));
  const unclear = new Set(names.filter((name) => !together.infos.some((info) => info.name === name)));
  for (const file of together.files) {
    const [owner, ...others] = claims.of(file);
    const owned = owner === undefined ? undefined : byOwner.get(owner);
    if (owned !== undefined && others.length === 0) owned.push(file);
    else for (const name of owner === undefined ? names : [owner, ...others]) unclear.add(name);
  }
  const split = new Map<string, DistributionFiles>();
  for (const name of names) {
    if (unclear.has(name)) {
      const alone = names.length === 1 ? together : await readFolder(await installAlone(name));
      split.set(name, described(alone.infos, alone.files, claimsOf(alone.infos)));
    } else {
      const infos = together.infos.filter((info) => info.name === name);
      split.set(name, described(infos, byOwner.get(name)!, claims));
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

/** Who says that a file is its own. */
interface Claims {
  /** Names of distributions: whose dist-info folder it is in, or who names it in its RECORD. */
  of(file: OnDisk): readonly string[];
}

function claimsOf(infos: readonly Info[]): Claims {
  const folders = new Map(infos.map((info) => [info.folder, [info.name]]));
  const paths = new Map<string, string[]>();
  for (const { name, record } of infos)
    for (const { path } of record) {
      const known = paths.get(path);
      if (known === undefined) paths.set(path, [name]);
      else if (!known.includes(name)) known.push(name);
    }
  const none: readonly string[] = [];
  return {
    of: ({ path }) => {
      const isInfo = infoFile(path) !== undefined;
      return (isInfo ? folders.get(path.slice(0, path.indexOf("/"))) : undefined) ?? paths.get(path) ?? none;
    },
  };
}

function described(infos: readonly Info[], found: readonly OnDisk[], claims: Claims): DistributionFiles {
  const files = found.map((file): InstalledFile => {
    const owner = claims.of(file).at(-1);
    // The size only decides the order.
    const { size } = statSync(file.source.file);
    return owner === undefined ? { ...file, size } : { ...file, owner, size };
  });
  return { infos, files, size: files.reduce((sum, { size }) => sum + size, 0) };
}
