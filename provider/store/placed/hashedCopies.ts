import { closeSync, constants, fchmodSync, openSync, writeSync } from "node:fs";
import * as fs from "node:fs/promises";
import { fileChunks } from "../../lib/files/fileChunks.js";
import { fileFacts, PassingFacts, type ContentFacts } from "../../tree/fileFacts.js";

/**
 * Copies files and says what the copies hold, so that a file that changed since it was verified is noticed. Each byte
 * is read once: where the file system shares blocks, the copy is; elsewhere the source is, and hashed on its way.
 * Never a hard link: an edit of the copy would damage the source.
 */
export class HashedCopies {
  private canClone = true;

  /** `to` must not exist. It gets the mode that goes with its content. */
  async copy(from: string, to: string): Promise<ContentFacts> {
    if (!(await this.clone(from, to))) return copyPieces(from, to);
    const facts = await fileFacts(to);
    await fs.chmod(to, facts.mode);
    return facts;
  }

  private async clone(from: string, to: string): Promise<boolean> {
    if (!this.canClone) return false;
    const cloning = fs.copyFile(from, to, constants.COPYFILE_FICLONE_FORCE | constants.COPYFILE_EXCL);
    return cloning.then(
      () => true,
      // The reason does not matter: the plain copy that follows works, or fails with it.
      () => (this.canClone = false),
    );
  }
}

async function copyPieces(from: string, to: string): Promise<ContentFacts> {
  const passing = new PassingFacts();
  const descriptor = openSync(to, "wx");
  try {
    for await (const piece of fileChunks(from)) {
      passing.take(piece);
      for (let done = 0; done < piece.length;) done += writeSync(descriptor, piece, done);
    }
    const facts = passing.end();
    // Whatever the umask.
    fchmodSync(descriptor, facts.mode);
    return facts;
  } finally {
    closeSync(descriptor);
  }
}
