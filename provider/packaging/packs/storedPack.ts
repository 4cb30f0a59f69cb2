import * as fs from "node:fs/promises";
import * as path from "node:path";
import { writePack } from "../../archive/archiveWriter.js";
import type { Reporter } from "../../lib/log.js";
import type { Pack } from "../../archive/pack.js";
import type { Store } from "../../store/store.js";
import type { FileTree, SourceTree } from "../../tree/tree.js";

const archiveName = "pack.zip";
/** Said while another process makes what is wanted here. */
export const waitingForAnother = "Waiting for another process that builds the same";

const treeName = "tree.json";

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

/**
 * The pack under `key`, made, compressed and stored by the first that asks. `make` gets an empty folder for its work, whose
 * files stay until they are packed.
 */
export async function storedPack<Facts>(
  { store, reporter }: { readonly store: Store; readonly reporter: Reporter },
  kind: string,
  key: string,
  make: (scratch: string) => Promise<Made<Facts>>,
): Promise<StoredPack<Facts>> {
  const create = async (folder: string) => {
    const scratch = await store.scratch(kind);
    try {
      const { tree, facts } = await make(scratch.folder);
      const size = tree.reduce((sum, entry) => sum + entry.size, 0);
      await store.needing(
        () => `at most ${size} bytes, the packages compressed`,
        async () => {
          await writePack(tree, path.join(folder, archiveName));
          await fs.writeFile(path.join(folder, treeName), JSON.stringify(tree.map(plainEntry)));
        },
      );
      return facts;
    } finally {
      await scratch.remove();
    }
  };
  const { entry } = await store.getOrCreate(kind, key, create, {
    onWait: (holder) => reporter.progress(`${waitingForAnother}: ${holder}`),
  });
  const tree = JSON.parse(await fs.readFile(entry.file(treeName), "utf8")) as FileTree;
  return { pack: { tree, archive: entry.file(archiveName) }, facts: entry.meta as Facts };
}

function plainEntry({ path, mode, size, sha256, owner }: SourceTree[number]) {
  return { path, mode, size, sha256, owner };
}
