/** A native file that does not fit the target. Plain JSON. */
export interface BinaryProblem {
  readonly path: string;
  readonly owner: string | null;
  /** `is built for aarch64, not for x86_64`; the file is the subject. */
  readonly reason: string;
  /** True for an extension module that this Python would import: the import fails. Other files may never be loaded. */
  readonly importable: boolean;
  /** The libraries that neither its package nor Lambda has, where the file fits but for that. */
  readonly lacks?: readonly string[];
}
