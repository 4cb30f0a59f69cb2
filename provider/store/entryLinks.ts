import { UvLambdaError } from "../lib/errors.js";
import { codeOf } from "./files.js";
import type { Layout } from "./layout.js";
import { isDamage, type FileIdentity, type VerifiedFiles } from "./verify/verifiedFiles.js";

/** Other file systems, other users' files, and limits of the number of links. */
const unlinkable = new Set(["EXDEV", "EPERM", "EACCES", "EMLINK", "ENOSYS", "ENOTSUP", "EOPNOTSUPP"]);
/** Other processes link the same files, which looks like a change. */
const attempts = 3;

/** Links the files of entries into a new entry of the same store: no byte is written again. */
export class EntryLinks {
  private readonly sources = new Set<string>();

  /** `record` writes down what is known about an entry. */
  constructor(
    private readonly layout: Layout,
    private readonly verified: VerifiedFiles,
    private readonly record: (id: string) => Promise<void>,
  ) {}

  /**
   * False when the file must be copied instead: it is in a store that is only read, or the file system cannot link it.
   * Throws BAD_FILE when it is damaged.
   */
  async link(source: string, target: string, expected: FileIdentity): Promise<boolean> {
    const id = this.layout.idOf(source);
    if (id === undefined) return false;
    for (let attempt = 1; attempt <= attempts; attempt++) {
      try {
        if (this.verified.link(source, expected.sha256, target)) {
          this.sources.add(id);
          return true;
        }
      } catch (error) {
        if (unlinkable.has(codeOf(error) ?? "")) return false;
        if (!isDamage(error)) throw error;
      }
      // It is not as it was when it was verified.
      const problem = await this.verified.problem(source, expected);
      if (problem !== undefined) throw new UvLambdaError("BAD_FILE", `${source} ${problem}`);
    }
    return false;
  }

  /** Records what the files of the other entries look like now: each link has changed them. */
  async recordSources(): Promise<void> {
    for (const id of this.sources) await this.record(id);
  }
}
