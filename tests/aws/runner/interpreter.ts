import { spawnSync } from "node:child_process";
import { accessSync, constants, readdirSync, realpathSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";

export interface Interpreter {
  /** "3.11" */
  readonly minor: string;
  /** Folder with bin/python3.N and lib/python3.N of a whole installation, never of a virtual environment. */
  readonly prefix: string;
}

/**
 * Finds a CPython of exactly this minor version among pyenv's versions, then on PATH. Undefined when the machine has
 * none.
 */
export function findInterpreter(minor: string): Interpreter | undefined {
  for (const candidate of candidates(minor)) {
    const asked = spawnSync(
      candidate,
      ["-I", "-c", "import sys; print('%d.%d' % sys.version_info[:2]); print(sys.base_prefix)"],
      {
        encoding: "utf8",
      },
    );
    const [version, prefix] = asked.status === 0 ? asked.stdout.trim().split("\n") : [];
    if (version === minor && prefix !== undefined && isProgram(join(prefix, "bin", `python${minor}`))) {
      return { minor, prefix: realpathSync(prefix) };
    }
  }
  return undefined;
}

function candidates(minor: string): string[] {
  const versions = join(process.env["PYENV_ROOT"] ?? join(homedir(), ".pyenv"), "versions");
  const pyenv = list(versions)
    .filter((name) => name.startsWith(`${minor}.`))
    .map((name) => join(versions, name));
  const onPath = (process.env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  return [...pyenv.map((folder) => join(folder, "bin")), ...onPath]
    .map((folder) => join(folder, `python${minor}`))
    .filter(isProgram);
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
