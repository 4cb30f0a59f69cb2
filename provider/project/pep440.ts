/** A version as defined by PEP 440. */
export interface Version {
  readonly epoch: number;
  readonly release: readonly number[];
  /** `[0, 1]` for a1, `[1, 1]` for b1, `[2, 1]` for rc1. */
  readonly pre?: readonly [phase: number, number: number];
  readonly post?: number;
  readonly dev?: number;
  readonly local?: string;
}

const pattern =
  /^v?(?:(\d+)!)?(\d+(?:\.\d+)*)(?:[-_.]?(alpha|a|beta|b|preview|pre|rc|c)[-_.]?(\d*))?(?:-(\d+)|[-_.]?(post|rev|r)[-_.]?(\d*))?(?:[-_.]?(dev)[-_.]?(\d*))?(?:\+([a-z0-9]+(?:[-_.][a-z0-9]+)*))?$/i;

const phases: Readonly<Record<string, number>> = { alpha: 0, a: 0, beta: 1, b: 1, preview: 2, pre: 2, rc: 2, c: 2 };

/** Undefined when the text is not a version. */
export function parseVersion(text: string): Version | undefined {
  const match = pattern.exec(text.trim());
  if (!match) return undefined;
  const [, epoch, release = "", phase, pre, implicitPost, postWord, post, dev, devNumber, local] = match;
  return {
    epoch: Number(epoch ?? 0),
    release: release.split(".").map(Number),
    ...(phase !== undefined && { pre: [phases[phase.toLowerCase()] ?? 2, Number(pre)] as const }),
    ...((implicitPost ?? postWord) !== undefined && { post: Number(implicitPost ?? post) }),
    ...(dev !== undefined && { dev: Number(devNumber) }),
    ...(local !== undefined && { local: local.toLowerCase().replace(/[-_]/g, ".") }),
  };
}

/** Negative, zero or positive; `1.0` and `1.0.0` are equal. */
export function compareVersions(a: Version, b: Version): number {
  return a.epoch - b.epoch || comparePublic(a, b) || compareLocal(a.local, b.local);
}

/**
 * Whether a version satisfies a set of specifiers (`>=3.11,<4`). Undefined when part of it is not a specifier.
 * Pre-releases are only compared by order.
 */
export function satisfies(version: Version, specifiers: string): boolean | undefined {
  const parts = specifiers.split(",").filter((part) => part.trim() !== "");
  const results = parts.map((part) => {
    const match = /^\s*(===|~=|==|!=|<=|>=|<|>)\s*(\S+)\s*$/.exec(part);
    return match ? compareWith(version, match[1] as Operator, match[2] ?? "") : undefined;
  });
  return results.includes(undefined) ? undefined : results.every((fits) => fits);
}

export type Operator = "===" | "~=" | "==" | "!=" | "<=" | ">=" | "<" | ">";

/** Compares with one specifier. Undefined when `wanted` is not a version, or does not fit the operator. */
export function compareWith(version: Version, operator: Operator, wanted: string): boolean | undefined {
  if (wanted.endsWith(".*")) {
    const prefix = parseVersion(wanted.slice(0, -2));
    if (prefix === undefined || (operator !== "==" && operator !== "!=")) return undefined;
    return startsWith(version, prefix) === (operator === "==");
  }
  const other = parseVersion(wanted);
  if (other === undefined) return undefined;
  // A local version counts only if the specifier has one.
  const compared = other.local === undefined ? withoutLocal(version) : version;
  const order = compareVersions(compared, other);
  switch (operator) {
    case "===":
    case "==":
      return order === 0;
    case "!=":
      return order !== 0;
    case "<=":
      return order <= 0;
    case ">=":
      return order >= 0;
    case "<":
      return order < 0 && !(isPrerelease(compared) && !isPrerelease(other) && sameRelease(compared, other));
    case ">":
      return order > 0 && !(compared.post !== undefined && other.post === undefined && sameRelease(compared, other));
    case "~=":
      return other.release.length < 2
        ? undefined
        : order >= 0 && startsWith(compared, { epoch: other.epoch, release: other.release.slice(0, -1) });
  }
}

function comparePublic(a: Version, b: Version): number {
  return (
    compareReleases(a.release, b.release) ||
    preRank(a) - preRank(b) ||
    (a.post ?? -1) - (b.post ?? -1) ||
    // Infinity minus infinity is not a number.
    Math.sign((a.dev ?? Number.MAX_SAFE_INTEGER) - (b.dev ?? Number.MAX_SAFE_INTEGER))
  );
}

function compareReleases(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** A bare development release comes before every pre-release, a final release after all of them. */
function preRank({ pre, post, dev }: Version): number {
  if (pre) return pre[0] * 1e9 + pre[1];
  return post === undefined && dev !== undefined ? -1 : Number.MAX_SAFE_INTEGER;
}

function compareLocal(a: string | undefined, b: string | undefined): number {
  if (a === b) return 0;
  if (a === undefined) return -1;
  if (b === undefined) return 1;
  const left = a.split(".");
  const right = b.split(".");
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const order = compareLocalPart(left[i] as string, right[i] as string);
    if (order !== 0) return order;
  }
  return left.length - right.length;
}

function compareLocalPart(a: string, b: string): number {
  const numeric = [/^\d+$/.test(a), /^\d+$/.test(b)];
  if (numeric[0] && numeric[1]) return Number(a) - Number(b);
  if (numeric[0] !== numeric[1]) return numeric[0] ? 1 : -1;
  return a < b ? -1 : a > b ? 1 : 0;
}

function startsWith(version: Version, prefix: Version): boolean {
  return (
    version.epoch === prefix.epoch && prefix.release.every((part, index) => (version.release[index] ?? 0) === part)
  );
}

function sameRelease(a: Version, b: Version): boolean {
  return a.epoch === b.epoch && compareReleases(a.release, b.release) === 0;
}

function isPrerelease(version: Version): boolean {
  return version.pre !== undefined || version.dev !== undefined;
}

function withoutLocal({ local: _, ...version }: Version): Version {
  return version;
}
