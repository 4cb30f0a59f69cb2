/** Mode of a packed file: 0755 for executables (`#!` or ELF), 0644 for the rest. The host's bits never count. */
export type Mode = 0o644 | 0o755;

/** One file of an artifact. Plain data: a list of these is the whole identity of a tree. */
export interface TreeEntry {
  /** Relative, with `/`, in Unicode NFC; never absolute, never with `.` or `..`. */
  readonly path: string;
  readonly mode: Mode;
  /** Bytes. */
  readonly size: number;
  /** Hex SHA-256 of the content. */
  readonly sha256: string;
  /**
   * Name of the distribution that the file comes from, or undefined for the project's own files. Not part of the
   * digest.
   */
  readonly owner?: string;
}

/** Sorted by `path` in byte order of its UTF-8, each path once. */
export type FileTree = readonly TreeEntry[];

/** An entry whose bytes are available: in a file on disk or in memory. */
export interface SourceEntry extends TreeEntry {
  readonly source: { readonly file: string } | { readonly bytes: Uint8Array };
}

/** A file whose content was not read. */
export type FoundFile = Pick<SourceEntry, "path" | "owner" | "source">;

export type SourceTree = readonly SourceEntry[];
