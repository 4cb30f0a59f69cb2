import * as fs from "node:fs/promises";
import * as path from "node:path";

/** The absolute folders on PATH, in order. */
export function searchPath(environment: Readonly<Record<string, string>>): string[] {
  // The variable is `Path` on Windows.
  const value = Object.entries(environment).find(([name]) => name.toUpperCase() === "PATH")?.[1] ?? "";
  return value.split(path.delimiter).filter((folder) => path.isAbsolute(folder));
}

/** Absolute path of a program on PATH; undefined when it is not there. */
export async function findProgram(
  name: string,
  environment: Readonly<Record<string, string>>,
): Promise<string | undefined> {
  const endings = process.platform === "win32" ? (environment["PATHEXT"] ?? ".EXE").split(";") : [""];
  for (const folder of searchPath(environment))
    for (const ending of endings) {
      const file = path.join(folder, `${name}${ending}`);
      if (await isProgram(file)) return file;
    }
  return undefined;
}

/** Whether a file, or the one that a link leads to, can be started. */
export async function isProgram(file: string): Promise<boolean> {
  try {
    await fs.access(file, fs.constants.X_OK);
    return (await fs.stat(file)).isFile();
  } catch {
    return false;
  }
}

/** Whether a program is a script. One that may be started but not read counts as a binary. */
export async function isScript(file: string): Promise<boolean> {
  const handle = await fs.open(file).catch(() => undefined);
  if (handle === undefined) return false;
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(2), 0, 2, 0);
    return buffer.toString("latin1", 0, bytesRead) === "#!";
  } finally {
    await handle.close();
  }
}
