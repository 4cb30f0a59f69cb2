import * as fs from "node:fs/promises";

const START = 512;

/** The first bytes of a file as Latin-1 text: enough for the lines that name an interpreter. */
export async function readStart(file: string): Promise<string> {
  const handle = await fs.open(file, "r");
  try {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(START), 0, START, 0);
    return startOfBytes(buffer.subarray(0, bytesRead));
  } finally {
    await handle.close();
  }
}

/** The same of a file that is in memory. */
export function startOfBytes(bytes: Uint8Array): string {
  return Buffer.from(bytes.subarray(0, START)).toString("latin1");
}

/**
 * Whether a script starts the Python of the machine that installed it: an entry point's wrapper, or a script whose
 * first line uv rewrote. `/usr/bin/env python3` and shell scripts are as the package ships them.
 */
export function isHostScript(start: string): boolean {
  const [first = "", second = ""] = start.split(/\r?\n/);
  if (!first.startsWith("#!")) return false;
  const interpreter = first.slice(2).trim();
  if (isPython(interpreter)) return true;
  // A path that is too long or contains a space is in the second line, between shell and Python.
  return interpreter === "/bin/sh" && second.startsWith("'''exec'");
}

function isPython(interpreter: string): boolean {
  return (
    /^("?)(\/|[A-Za-z]:\\)/.test(interpreter) && /(^|[\\/])(python|pypy|graalpy)[\w.-]*"?( -\S+)*$/i.test(interpreter)
  );
}
