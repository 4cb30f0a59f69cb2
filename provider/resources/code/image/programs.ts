import * as fs from "node:fs/promises";
import * as path from "node:path";

/** Absolute path of a program on PATH; undefined when it is not there. */
export async function findProgram(
  name: string,
  environment: Readonly<Record<string, string>>,
): Promise<string | undefined> {
  const { PATH = environment["Path"] ?? "", PATHEXT = ".EXE" } = environment;
  const endings = process.platform === "win32" ? PATHEXT.split(";") : [""];
  for (const folder of PATH.split(path.delimiter).filter((one) => path.isAbsolute(one)))
    for (const ending of endings) {
      const file = path.join(folder, `${name}${ending}`);
      if (await isExecutable(file)) return file;
    }
  return undefined;
}

async function isExecutable(file: string): Promise<boolean> {
  try {
    await fs.access(file, fs.constants.X_OK);
    return (await fs.stat(file)).isFile();
  } catch {
    return false;
  }
}

/** Whether it is a script instead of a binary. */
export async function isScript(file: string): Promise<boolean> {
  const handle = await fs.open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && buffer.toString("latin1") === "#!";
  } finally {
    await handle.close();
  }
}
