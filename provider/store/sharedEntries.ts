import * as fs from "node:fs/promises";
import { UvLambdaError } from "../lib/errors.js";
import type { Reporter } from "../lib/log.js";
import { fingerprints, inspect, type Confirm, type Shapes, type StoreEntry } from "./entry.js";
import { codeOf } from "./files.js";
import { Layout } from "./layout.js";
import { accessProblem } from "./ownership.js";
import { VerifiedFiles } from "./verify/verifiedFiles.js";

/** Entries of a store that is only read: no lock, no lease, no mark of use. Damaged entries stay where they are. */
export class SharedEntries {
  private readonly layout: Layout;
  private readonly verified = new VerifiedFiles();
  private readonly confirmed = new Map<string, string>();
  private readonly warned = new Set<string>();
  private checked: Promise<void> | undefined;

  constructor(
    root: string,
    private readonly reporter: Reporter,
    private readonly shapes?: Shapes,
  ) {
    this.layout = new Layout(root);
  }

  /** The entry, verified in full. Undefined when there is none, or when it is damaged, which is reported. */
  async find(id: string, confirm?: Confirm): Promise<StoreEntry | undefined> {
    await (this.checked ??= this.requireTrusted());
    const folder = this.layout.entry(id);
    const found = await inspect(folder, id, { verified: this.verified, shapes: this.shapes });
    if (found.state === "missing") return undefined;
    const reason = found.state === "damaged" ? found.reason : await this.refusal(id, found.entry, confirm);
    if (reason === undefined && found.state === "valid") return found.entry;
    if (!this.warned.has(id)) this.reporter.warn(`${folder} is damaged: ${reason}. It is not used.`);
    this.warned.add(id);
    return undefined;
  }

  private async refusal(id: string, entry: StoreEntry, confirm: Confirm | undefined): Promise<string | undefined> {
    const seen = JSON.stringify([entry.identity, fingerprints(entry, this.verified)]);
    if (this.confirmed.get(id) === seen) return undefined;
    const reason = await confirm?.(entry);
    if (reason === undefined && confirm !== undefined) this.confirmed.set(id, seen);
    return reason;
  }

  private async requireTrusted(): Promise<void> {
    for (const folder of [this.layout.root, this.layout.base]) {
      try {
        const problem = accessProblem(await fs.stat(folder));
        if (problem !== undefined)
          throw new UvLambdaError("STORE_UNUSABLE", `${folder} ${problem}.`, {
            hint: "Set UVLAMBDA_CACHE_DIR to a folder that only you or root can write.",
          });
      } catch (error) {
        if (codeOf(error) !== "ENOENT") throw error;
      }
    }
  }
}
