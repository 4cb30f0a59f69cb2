import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { unpackArchive } from "./unpack.js";

/**
 * The unpacked archives of one runner: each set of archives once, under its hash. `wheels` is the folder of awslambdaric's wheels
 * (`pip download awslambdaric`, every Python version that shall run).
 */
export class RunnerFolders {
  constructor(
    private readonly work: string,
    private readonly wheels: string,
  ) {
    mkdirSync(work, { recursive: true, mode: 0o755 });
  }

  /** Folder with the archives unpacked one over the other, in this order. An empty list gives an empty folder. */
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
      const wheels = wheelsFor(this.wheels, minor);
      if (!wheels.some((name) => name.startsWith("awslambdaric-"))) {
        throw new Error(`no awslambdaric wheel for Python ${minor} in ${this.wheels} (UVLAMBDA_TEST_RIC)`);
      }
      for (const name of wheels) unpackArchive(readFileSync(join(this.wheels, name)), folder);
      copyFileSync(join(__dirname, "bootstrap.py"), join(folder, "bootstrap.py"));
    });
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

function wheelsFor(folder: string, minor: string): string[] {
  const tag = `-cp${minor.replace(".", "")}-`;
  const machine = process.arch === "arm64" ? "aarch64" : "x86_64";
  return readdirSync(folder)
    .filter((name) => name.endsWith("-py3-none-any.whl") || (name.includes(tag) && name.includes(machine)))
    .sort();
}
