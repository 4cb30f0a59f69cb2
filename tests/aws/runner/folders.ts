import { createHash } from "node:crypto";
import { copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { pullImage, readImage, type PulledImage } from "./image.js";
import { unpackArchive } from "./unpack.js";

/**
 * The unpacked archives of one runner: each set of archives once, under its hash. `clients` has a folder for each minor
 * version of Python (`3.12`), with awslambdaric and what it needs.
 */
export class RunnerFolders {
  constructor(
    private readonly work: string,
    private readonly clients: string,
  ) {
    mkdirSync(work, { recursive: true, mode: 0o755 });
  }

  /** Folder with the archives, unpacked one over the other in this order. An empty list gives an empty folder. */
  unpacked(archives: readonly string[]): string {
    const bytes = archives.map((path) => readFileSync(path));
    const hash = createHash("sha256");
    for (const archive of bytes) hash.update(createHash("sha256").update(archive).digest());
    return this.once(`archive-${hash.digest("hex").slice(0, 32)}`, (folder) => {
      for (const archive of bytes) unpackArchive(archive, folder);
    });
  }

  /** /var/runtime for one Python version: awslambdaric, what it needs, and our bootstrap. */
  runtime(minor: string): string {
    return this.once(`runtime-${minor}`, (folder) => {
      const client = join(this.clients, minor);
      if (!existsSync(client))
        throw new Error(`no awslambdaric for Python ${minor} in ${this.clients} (UVLAMBDA_TEST_RIC)`);
      cpSync(client, folder, { recursive: true });
      copyFileSync(join(__dirname, "bootstrap.py"), join(folder, "bootstrap.py"));
    });
  }

  /** The file system of an image and its start command. The image is pulled once. */
  image(reference: string): PulledImage {
    const name = createHash("sha256").update(reference).digest("hex").slice(0, 32);
    const folder = this.once(`image-${name}`, (target) => pullImage(reference, target));
    return readImage(folder);
  }

  /** A new empty folder. */
  fresh(): string {
    return mkdtempSync(join(this.work, "root-"));
  }

  remove(): void {
    rmSync(this.work, { recursive: true, force: true });
  }

  private once(name: string, fill: (folder: string) => void): string {
    const folder = join(this.work, name);
    if (existsSync(folder)) return folder;
    const filling = mkdtempSync(join(this.work, "filling-"));
    const content = join(filling, "content");
    mkdirSync(content, { mode: 0o755 });
    fill(content);
    renameSync(content, folder);
    rmSync(filling, { recursive: true });
    return folder;
  }
}
