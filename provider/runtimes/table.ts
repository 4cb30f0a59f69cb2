/** Major and minor version of the C library. */
export type Glibc = readonly [major: number, minor: number];

/** An operating system that Lambda's Python runtimes run on. */
export interface RuntimeSystem {
  readonly name: string;
  /** What the system's C library is; a wheel may need this much and no more. */
  readonly glibc: Glibc;
  /** The newest manylinux platform that uv can be told and that still fits `glibc`. */
  readonly uvGlibc: Glibc;
}

/** Dates are days, `2027-06-30`. An absent one is not announced. */
export interface RuntimeRow {
  readonly runtime: string;
  readonly minor: number;
  readonly system: RuntimeSystem;
  /** Tag of the base image. */
  readonly imageTag: string;
  readonly preview?: true;
  readonly deprecated?: string;
  /** From this day AWS refuses to create functions, and from the next one to update them. */
  readonly createBlocked?: string;
  readonly updateBlocked?: string;
}

/** uv knows no manylinux platform between 2_17 and 2_28; see `installName` for how wheels up to 2_26 get in all the same. */
const amazonLinux2: RuntimeSystem = { name: "Amazon Linux 2", glibc: [2, 26], uvGlibc: [2, 17] };
export const amazonLinux2023: RuntimeSystem = { name: "Amazon Linux 2023", glibc: [2, 34], uvGlibc: [2, 34] };

/**
 * SEAM: a runtime is one row, oldest first.
 * Dates: cfn-lint, src/cfnlint/data/AdditionalSpecs/LmbdRuntimeLifecycle.json of August 2026, which follows AWS's own table.
 */
export const runtimes: readonly RuntimeRow[] = [
  {
    runtime: "python3.8",
    minor: 8,
    system: amazonLinux2,
    imageTag: "3.8",
    deprecated: "2024-10-14",
    createBlocked: "2027-02-01",
  },
  {
    runtime: "python3.9",
    minor: 9,
    system: amazonLinux2,
    imageTag: "3.9",
    deprecated: "2025-12-15",
    createBlocked: "2027-02-01",
  },
  {
    runtime: "python3.10",
    minor: 10,
    system: amazonLinux2,
    imageTag: "3.10",
    deprecated: "2026-10-31",
    createBlocked: "2027-02-01",
    updateBlocked: "2027-03-03",
  },
  {
    runtime: "python3.11",
    minor: 11,
    system: amazonLinux2,
    imageTag: "3.11",
    deprecated: "2027-06-30",
    createBlocked: "2027-07-31",
    updateBlocked: "2027-08-31",
  },
  {
    runtime: "python3.12",
    minor: 12,
    system: amazonLinux2023,
    imageTag: "3.12",
    deprecated: "2028-10-31",
    createBlocked: "2028-11-30",
    updateBlocked: "2029-01-10",
  },
  {
    runtime: "python3.13",
    minor: 13,
    system: amazonLinux2023,
    imageTag: "3.13",
    deprecated: "2029-06-30",
    createBlocked: "2029-07-31",
    updateBlocked: "2029-08-31",
  },
  {
    runtime: "python3.14",
    minor: 14,
    system: amazonLinux2023,
    imageTag: "3.14",
    deprecated: "2029-06-30",
    createBlocked: "2029-07-31",
    updateBlocked: "2029-08-31",
  },
  { runtime: "python3.15", minor: 15, system: amazonLinux2023, imageTag: "3.15-preview", preview: true },
];
