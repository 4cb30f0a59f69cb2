import {
  fingerprints,
  inspect,
  readEntry,
  type Confirm,
  type Inspection,
  type Shapes,
  type StoreEntry,
} from "../entry.js";
import { EntryLinks } from "../entryLinks.js";
import type { Layout } from "../layout.js";
import type { TemporaryFolders } from "../temporary.js";
import { Verifications } from "./verifications.js";
import { VerifiedFiles } from "./verifiedFiles.js";

/** Inspects entries, except for what a process of this user has verified within a day. */
export class VerifiedEntries {
  private readonly files = new VerifiedFiles();
  private readonly verifications: Verifications;
  private readonly confirmed = new Set<string>();

  constructor(
    private readonly layout: Layout,
    private readonly temporary: TemporaryFolders,
    now: () => number,
    private readonly shapes?: Shapes,
  ) {
    this.verifications = new Verifications(layout.verifications, now);
  }

  /** Reads the files that are not known to be unchanged. Calls `confirm` for an entry that nobody has confirmed. */
  async inspect(id: string, confirm?: Confirm): Promise<Inspection> {
    const remembered = this.verifications.read(id);
    const found = await inspect(this.layout.entry(id), id, { verified: this.files, remembered, shapes: this.shapes });
    if (found.state !== "valid") {
      this.confirmed.delete(id);
      return found;
    }
    const { entry } = found;
    const isRemembered =
      remembered?.identity === entry.identity && isSame(remembered.files, fingerprints(entry, this.files));
    const wasConfirmed = this.confirmed.has(id) || (isRemembered && remembered.isConfirmed);
    const reason = wasConfirmed ? undefined : await confirm?.(entry);
    if (reason !== undefined) return { state: "damaged", reason };
    const isConfirmed = wasConfirmed || confirm !== undefined;
    if (!isRemembered || remembered.isConfirmed !== isConfirmed) await this.record(id, entry, isConfirmed);
    return found;
  }

  /** Trusts the caller, who has just made and hashed the entry, and renamed it from `sealed`. */
  async made(id: string, entry: StoreEntry, sealed: StoreEntry): Promise<void> {
    for (const [name, { sha256 }] of Object.entries(entry.files))
      if (!this.files.move(sealed.file(name), entry.file(name))) this.files.remember(entry.file(name), sha256);
    await this.record(id, entry, true);
  }

  /** For an entry that is made of files of others. */
  links(): EntryLinks {
    return new EntryLinks(this.layout, this.files, (id) => this.recordLinked(id));
  }

  /** Files that were linked are known as they are now; no other file of the entry is looked at again. */
  private async recordLinked(id: string): Promise<void> {
    const found = readEntry(this.layout.entry(id), id, this.shapes);
    const isConfirmed = this.confirmed.has(id) || this.verifications.read(id)?.isConfirmed === true;
    if (found.state === "valid") await this.record(id, found.entry, isConfirmed);
  }

  async forget(id: string): Promise<void> {
    this.confirmed.delete(id);
    await this.verifications.forget(id);
  }

  private async record(id: string, entry: StoreEntry, isConfirmed: boolean): Promise<void> {
    if (isConfirmed) this.confirmed.add(id);
    const files = fingerprints(entry, this.files);
    if (files === undefined) return;
    const verification = { identity: entry.identity, files, isConfirmed };
    await this.verifications.write(id, verification, this.temporary.newPath("verified"));
  }
}

function isSame(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>> | undefined): boolean {
  if (b === undefined || Object.keys(a).length !== Object.keys(b).length) return false;
  return Object.entries(b).every(([name, seen]) => a[name] === seen);
}
