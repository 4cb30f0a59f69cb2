import * as path from "node:path";
import type { Pack, PackedFile, PackForm } from "../../archive/pack.js";
import type { Packer } from "../../archive/packing/packer.js";
import { PackWriter, type PackOptions } from "../../archive/packWriter.js";
import { countBytes } from "../../lib/messages/amounts.js";
import type { Create, StoreEntry, OnHashed } from "../../store/store.js";
import type { SourceTree } from "../../tree/tree.js";
import { removeMeanwhile, withPacker, type BuildSession } from "../buildSession.js";
import type { CallOptions } from "../redactedCall.js";
import { reportsWhileWaiting } from "../waiting.js";
import type { Work } from "../work.js";

const dataName = "pack.bin";
const listName = "files.json";

/** A pack, with what to store about how it was made. */
export interface StoredPack<Facts> {
  readonly pack: Pack;
  readonly facts: Facts;
}

export interface PackInput<Facts> {
  readonly tree: SourceTree;
  /** Plain JSON. */
  readonly facts: Facts;
}

export interface PackPlace {
  readonly session: BuildSession;
  readonly options: Pick<CallOptions, "reporter" | "name">;
  readonly form: PackForm;
}

export function packPlace({ session, options, format }: Work): PackPlace {
  return { session, options, form: format.packForm };
}

/**
 * The pack under `key`. The first caller makes, packs and stores it. `make` gets an empty work folder, which is kept
 * until its files are packed.
 */
export async function storedPack<Facts>(
  { session, options, form }: PackPlace,
  kind: string,
  key: string,
  make: (scratch: string) => Promise<PackInput<Facts>>,
): Promise<StoredPack<Facts>> {
  const { store } = session;
  const create: Create<Facts> = async (folder, onHashed) => {
    const scratch = await store.scratch(kind);
    try {
      const { tree, facts } = await make(scratch.folder);
      const size = tree.reduce((sum, entry) => sum + entry.size, 0);
      await store.needing(
        () => `at most ${size} bytes, the packages compressed`,
        () =>
          withPacker(session, size, (packer) =>
            writeStored(session, folder, { form, packer, onHashed, ...counted(options, size) }, (writer) =>
              writer.add(tree),
            ),
          ),
      );
      return facts;
    } finally {
      removeMeanwhile(session, scratch);
    }
  };
  const { entry } = await store.getOrCreate(kind, key, create, reportsWhileWaiting(options, "build"));
  return readStored<Facts>(session, entry);
}

/** Fewer bytes are compressed before anybody could read the message. */
const worthSaying = 5_000_000;

function counted({ reporter }: PackPlace["options"], size: number): Pick<PackOptions, "onPacked"> {
  return size < worthSaying ? {} : { onPacked: countBytes(reporter, "Compressing files", size, "compressed") };
}

interface StoredForm extends Pick<PackOptions, "onPacked"> {
  readonly form: PackForm;
  readonly packer: Packer;
  readonly onHashed: OnHashed;
}

/** Fills the folder of a store entry with a pack. */
export async function writeStored(
  { lists }: BuildSession,
  folder: string,
  { form, packer, onPacked, onHashed }: StoredForm,
  fill: (writer: PackWriter) => Promise<readonly PackedFile[]>,
): Promise<void> {
  const writeOptions = { form, packer, ...(onPacked && { onPacked }) };
  const { tree, written } = await PackWriter.write(path.join(folder, dataName), writeOptions, fill);
  for (const { path: file, sha256, size } of written) onHashed(path.basename(file), { sha256, size });
  // The entry is moved later, so files are named relative to it.
  const rows = tree.map((file) => ({ ...file, data: path.basename(file.data) }));
  lists.write(folder, listName, rows, onHashed);
}

/** The pack in an entry that `writeStored` filled. */
export function readStored<Facts>({ lists }: BuildSession, entry: StoreEntry): StoredPack<Facts> {
  const rows = lists.read(entry, listName) as readonly PackedFile[];
  const places = new Map<string, string>();
  const placeOf = (name: string) => {
    const known = places.get(name) ?? entry.file(name);
    places.set(name, known);
    return known;
  };
  const tree = rows.map((row) => ({ ...row, data: placeOf(row.data) }));
  return { pack: { tree }, facts: entry.meta as Facts };
}
