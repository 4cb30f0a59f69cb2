import { UvLambdaError, withHint } from "../../lib/errors.js";
import { firstOf } from "../../lib/messages/lists.js";
import { fileOf, filesWithoutHash, mayLackHashes } from "../../project/lock/lockedHashes.js";
import { applyingPackages, type ApplyingPackage } from "../../project/wheels/wheelChoice.js";
import type { ClosedWork } from "./readClosure.js";

const shown = 10;

/**
 * Reports files of an index without a hash in uv.lock: uv installs whatever the index has under that name. Throws
 * HASH_MISSING at the level `error`.
 */
export async function requireHashes({
  session,
  closure,
  request,
  project,
  target,
  uv,
  filesHash,
}: ClosedWork): Promise<void> {
  const { hashes: level = "warn" } = request.checks;
  if (level === "off") return;
  const { lockFile, lockText } = project;
  const unknown = await session.once(`hashes ${lockFile} ${filesHash} ${level}`, async () => {
    // For a warning, a quick look at the text is enough. At `error`, the lock is parsed, so that no odd form passes.
    const isRead = level === "error" || mayLackHashes(lockText);
    return isRead ? filesWithoutHash(lockText, lockFile) : new Set<string>();
  });
  if (unknown.size === 0) return;
  const files = applyingPackages(closure.locked, target)
    .flatMap((applying) => installable(applying, closure.wheelsRefused))
    .filter((file) => unknown.has(file));
  if (files.length === 0) return;
  const message =
    `uv.lock has no hash for ${firstOf(files, shown).join(", ")}. ` +
    "Replacing such a file on the index changes what ships: this machine keeps its own copy, and the next one gets the other file.";
  const hint =
    "`uv lock --refresh` adds the hashes where the index gives them. Where it gives none, name the file by its URL in `tool.uv.sources` and run `uv lock`: uv then records its hash.";
  if (level === "error")
    throw new UvLambdaError("HASH_MISSING", message, {
      hint: `${hint} To deploy without hashes, set \`checks.hashes: "warn"\`.`,
    });
  uv.reporter.warn(withHint(message, `${hint} To refuse such a lock, set \`checks.hashes: "error"\`.`));
}

/** The files that may be installed: wheels, and a source archive if the package may be built from it. */
function installable({ package: locked, wheels }: ApplyingPackage, wheelsRefused: readonly string[]): string[] {
  const isBuilt = wheels.length === 0 || wheelsRefused.includes(locked.name);
  const files = isBuilt && locked.sdist !== undefined ? [...wheels, locked.sdist] : wheels;
  return files.map(({ filename }) => fileOf(locked.name, filename));
}
