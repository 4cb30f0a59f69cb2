import * as fs from "node:fs/promises";
import * as os from "node:os";
import * as path from "node:path";

/** Files by relative path; a path with a slash at its end is an empty folder. */
export type Files = Readonly<Record<string, string | Uint8Array>>;

/** Temporary folders of one test group; `remove` belongs into `afterEach`. */
export class Scratch {
  private readonly folders: string[] = [];

  /** A new folder, its path free of links, with these files. */
  async make(files: Files = {}): Promise<string> {
    const folder = await fs.realpath(await fs.mkdtemp(path.join(os.tmpdir(), "uvlambda-test-")));
    this.folders.push(folder);
    await this.write(folder, files);
    return folder;
  }

  async write(folder: string, files: Files): Promise<void> {
    for (const [name, content] of Object.entries(files)) {
      const target = path.join(folder, name);
      await fs.mkdir(name.endsWith("/") ? target : path.dirname(target), { recursive: true });
      if (!name.endsWith("/")) await fs.writeFile(target, content);
    }
  }

  async remove(): Promise<void> {
    for (const folder of this.folders.splice(0)) await fs.rm(folder, { recursive: true, force: true });
  }
}

/** A minimal pyproject.toml. */
export function pyproject(name: string, more = ""): string {
  return `[project]\nname = "${name}"\nversion = "0.1.0"\nrequires-python = ">=3.11"\n${more}`;
}
