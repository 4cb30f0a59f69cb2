import { createHash } from "node:crypto";
import { fileChunks } from "./files/fileChunks.js";

/** Hex SHA-256 of bytes, or of a string's UTF-8. */
export function sha256Hex(data: string | Uint8Array): string {
  return createHash("sha256").update(data).digest("hex");
}

/** Hex SHA-256 and size in bytes of a file, read in pieces. Errors of the file system pass unchanged. */
export async function sha256File(path: string): Promise<{ sha256: string; size: number }> {
  const hash = createHash("sha256");
  let size = 0;
  for await (const chunk of fileChunks(path)) {
    hash.update(chunk);
    size += chunk.length;
  }
  return { sha256: hash.digest("hex"), size };
}
