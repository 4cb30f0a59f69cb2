import type { Change } from "./difference.js";
import { totalsOf } from "./contentsText.js";
import type { Report } from "./report.js";
import type { Share } from "./shares.js";

/** The output of `--json` for one artifact. Sizes are bytes; `name` is null for own files. */
export function contentsJson({ title, limit, shares, suggestions }: Report): unknown {
  return {
    title,
    limit,
    ...totalsOf(shares),
    packages: shares.map((share) => ({ name: share.name ?? null, version: share.version ?? null, ...sizes(share) })),
    suggestions,
  };
}

/** The output of `--json` for two artifacts. */
export function differenceJson(before: Report, after: Report, changes: readonly Change[]): unknown {
  const side = (share: Share | undefined) =>
    share === undefined ? null : { version: share.version ?? null, ...sizes(share) };
  return {
    before: { title: before.title, ...totalsOf(before.shares) },
    after: { title: after.title, ...totalsOf(after.shares) },
    packages: changes.map(({ name, grew, ...sides }) => ({
      name: name ?? null,
      before: side(sides.before),
      after: side(sides.after),
      grew,
    })),
  };
}

function sizes({ unzipped, zipped, files }: Share) {
  return { unzipped, zipped, files: files.length };
}
