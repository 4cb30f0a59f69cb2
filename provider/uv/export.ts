import { runUv, type UvContext } from "./context.js";
import type { Selection } from "./errors/uvCall.js";
import { uvError } from "./errors/uvErrors.js";

/**
 * The lock of a selection as pylock.toml (PEP 751): third-party and local packages, for all platforms. Paths in it
 * are relative to `root`, the workspace root. The text contains the credentials of direct URLs. Needs no interpreter.
 * Needs no network, unless the lock lacks hashes because the index gives none: then uv downloads those files each
 * time.
 * Throws LOCK_MISSING, LOCK_STALE (if uv notices), LOCK_UNREADABLE, INVALID_INPUT, UV_UNUSABLE, NETWORK, INDEX_AUTH,
 * UV_FAILED.
 */
export async function exportLock(context: UvContext, root: string, selection: Selection): Promise<string> {
  return exportAs(context, root, selection, ["--format=pylock.toml", "--no-header", "--no-annotate"]);
}

/** The same selection in another of uv's formats. */
export async function exportAs(
  context: UvContext,
  root: string,
  selection: Selection,
  format: readonly string[],
): Promise<string> {
  // Default groups never ship. Without --no-editable, uv would later install links to source folders.
  const args = ["export", "--frozen", "--no-default-groups", "--no-editable", "--quiet", ...format];
  const result = await runUv(context, [...args, ...selectionFlags(selection)], {
    cwd: root,
    purpose: "reading uv.lock",
  });
  if (result.exitCode === 0) return result.stdout;
  throw uvError(result.stderr, {
    command: "uv export",
    root,
    uvPath: context.path,
    secrets: context.secrets,
    selection,
  });
}

/** Always `--flag=value`, not two words: a value that begins with a dash must not become a flag. */
function selectionFlags({ package: name, groups = [], onlyGroups = [], extras = [], prune = [] }: Selection): string[] {
  return [
    ...(name === undefined ? [] : [`--package=${name}`]),
    ...groups.map((group) => `--group=${group}`),
    ...onlyGroups.map((group) => `--only-group=${group}`),
    ...extras.map((extra) => `--extra=${extra}`),
    ...prune.map((pruned) => `--prune=${pruned}`),
  ];
}
