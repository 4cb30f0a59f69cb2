/** Major and minor version of the C library. */
export type Glibc = readonly [major: number, minor: number];

/** An operating system that Lambda's Python runtimes run on. */
export interface RuntimeSystem {
  readonly name: string;
  /** The version of the system's C library. A wheel may not need a newer one. */
  readonly glibc: Glibc;
  /** The newest manylinux platform of uv that still fits `glibc`. */
  readonly uvGlibc: Glibc;
}

/** Dates are days, such as `2027-06-30`. An absent date is not announced. */
export interface RuntimeRow {
  readonly runtime: string;
  readonly minor: number;
  /** The lowest patch release of Python that AWS runs. See the note at the table. */
  readonly patch: number;
  readonly system: RuntimeSystem;
  /** Tag of the base image. */
  readonly imageTag: string;
  readonly preview?: true;
  readonly deprecated?: string;
  /** From this day, AWS refuses to create functions. From the date below, it refuses to update them. */
  readonly createBlocked?: string;
  readonly updateBlocked?: string;
}

/**
 * uv knows no manylinux platform between 2_17 and 2_28. `installName` explains how wheels up to 2_26 are installed
 * anyway.
 */
const amazonLinux2: RuntimeSystem = { name: "Amazon Linux 2", glibc: [2, 26], uvGlibc: [2, 17] };
export const amazonLinux2023: RuntimeSystem = { name: "Amazon Linux 2023", glibc: [2, 34], uvGlibc: [2, 34] };

/**
 * SEAM: a runtime is one row, oldest first.
 * Dates: cfn-lint, src/cfnlint/data/AdditionalSpecs/LmbdRuntimeLifecycle.json of August 2026, which follows AWS's own
 * table. Patch releases: AWS publishes no list and only ever moves up, so each is the newest one that somebody saw
 * there: what functions sent as their user agent (`lang/python#3.12.13 ... exec-env/AWS_Lambda_python3.12`) in
 * published CloudTrail records and logs (3.8 of 2024, 3.9 of 2025-05-03, 3.10 of 2024-11-07, 3.11 of 2025-03-06, 3.12
 * and 3.14 of 2026-05-21), and for 3.13 issue 364 of aws/aws-lambda-base-images of 2026-01-02. Read on 2026-11-26. A
 * preview has none. Raising one may change what a project with `python_full_version` markers ships.
 */
export const runtimes: readonly RuntimeRow[] = [
  {
    runtime: "python3.8",
    minor: 8,
    patch: 19,
    system: amazonLinux2,
    imageTag: "3.8",
    deprecated: "2024-10-14",
    createBlocked: "2027-02-01",
  },
  {
    runtime: "python3.9",
    minor: 9,
    patch: 11,
    system: amazonLinux2,
    imageTag: "3.9",
    deprecated: "2025-12-15",
    createBlocked: "2027-02-01",
  },
  {
    runtime: "python3.10",
    minor: 10,
    patch: 14,
    system: amazonLinux2,
    imageTag: "3.10",
    deprecated: "2026-10-31",
    createBlocked: "2027-02-01",
    updateBlocked: "2027-03-03",
  },
  {
    runtime: "python3.11",
    minor: 11,
    patch: 10,
    system: amazonLinux2,
    imageTag: "3.11",
    deprecated: "2027-06-30",
    createBlocked: "2027-07-31",
    updateBlocked: "2027-08-31",
  },
  {
    runtime: "python3.12",
    minor: 12,
    patch: 13,
    system: amazonLinux2023,
    imageTag: "3.12",
    deprecated: "2028-10-31",
    createBlocked: "2028-11-30",
    updateBlocked: "2029-01-10",
  },
  {
    runtime: "python3.13",
    minor: 13,
    patch: 9,
    system: amazonLinux2023,
    imageTag: "3.13",
    deprecated: "2029-06-30",
    createBlocked: "2029-07-31",
    updateBlocked: "2029-08-31",
  },
  {
    runtime: "python3.14",
    minor: 14,
    patch: 3,
    system: amazonLinux2023,
    imageTag: "3.14",
    deprecated: "2029-06-30",
    createBlocked: "2029-07-31",
    updateBlocked: "2029-08-31",
  },
  { runtime: "python3.15", minor: 15, patch: 0, system: amazonLinux2023, imageTag: "3.15-preview", preview: true },
];
