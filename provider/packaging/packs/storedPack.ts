import * as fs from "node:fs/promises";
import * as path from "node:path";
import type { Pack, PackedFile, PackForm } from "../../archive/pack.js";
import type { Packer } from "../../archive/packing/packer.js";
import { PackWriter } from "../../archive/packWriter.js";
import type { Reporter } from "../../lib/log.js";
import type { Create, StoreEntry, Told } from "../../store/store.js";
import type { SourceTree } from "../../tree/tree.js";
import { removeMeanwhile, withPacker, type BuildSession } from "../buildSession.js";
import type { Work } from "../work.js";

const dataName = "pack.bin";
const listName = "files.json";

/** Said while another process makes what is wanted here. */
export const waitingForAnother = "Waiting for another process that builds the same";

/** A pack with what is worth remembering about how it was made. */
export interface StoredPack<Facts> {
  readonly pack: Pack;
  readonly facts: Facts;
}

export interface Made<Facts> {
  readonly tree: SourceTree;
  /** Plain JSON. */
  readonly facts: Facts;
}

export interface PackPlace {
  readonly session: BuildSession;
  readonly reporter: Reporter;
  readonly form: PackForm;
}

export function packPlace({ session, options: { reporter }, format }: Work): PackPlace {
  return { session, reporter, form: format.packForm };
}

/**
 * The pack under `key`, made, packed and stored by the first that asks. `make` gets an empty folder for its work, whose
 * files stay until they are packed.
 */
export async function storedPack<Facts>(
  { session, reporter, form }: PackPlace,
  kind: string,
  key: string,
  make: (scratch: string) => Promise<Made<Facts>>,
): Promise<StoredPack<Facts>> {
  const { store } = session;
  const create: Create<Facts> = async (folder, told) => {
    const scratch = await store.scratch(kind);
    try {
      const { tree, facts } = await make(scratch.folder);
      const size = tree.reduce((sum, entry) => sum + entry.size, 0);
      await store.needing(
        () => `at most ${size} bytes, the packages compressed`,
        () =>
          withPacker(session, size, (packer) =>
            writeStored(folder, { form, packer, told }, (writer) => writer.add(tree)),
          ),
      );
      return facts;
    } finally {
      removeMeanwhile(session, scratch);
    }
  };
  const { entry } = await store.getOrCreate(kind, key, create, {
    onWait: (holder) => reporter.progress(`${waitingForAnother}: ${holder}`),
  });
  return readStored<Facts>(entry);
}

/** Fills the folder of a store entry with a pack. */
export async function writeStored(
  folder: string,
  { form, packer, told }: { readonly form: PackForm; readonly packer: Packer; readonly told: Told },
  fill: (writer: PackWriter) => Promise<readonly PackedFile[]>,
): Promise<void> {
  const { tree, written } = await PackWriter.write(path.join(folder, dataName), { form, packer }, fill);
  for (const file of written) told(path.basename(file.path), file);
  // The entry moves: files are named by their names in it.
  const rows = tree.map((file) => ({ ...file, data: path.basename(file.data) }));
  await fs.writeFile(path.join(folder, listName), JSON.stringify(rows));
}

/** The pack in an entry that `writeStored` filled. */
export async function readStored<Facts>(entry: StoreEntry): Promise<StoredPack<Facts>> {
  const rows = JSON.parse(await fs.readFile(entry.file(listName), "utf8")) as PackedFile[];
  const places = new Map<string, string>();
  const placeOf = (name: string) => {
    const known = places.get(name) ?? entry.file(name);
    places.set(name, known);
    return known;
  };
  const tree = rows.map((row) => ({ ...row, data: placeOf(row.data) }));
  return { pack: { tree }, facts: entry.meta as Facts };
}
