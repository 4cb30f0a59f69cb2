import { either, listOf, mapOf, nothing, number, object, optional, text, truth, type Shape } from "../lib/shapes.js";

const distribution = object({ name: text, version: text });
const conflict = object({ kind: text, path: text, other: optional(text), owners: listOf(either(text, nothing)) });
const misfit = object({
  path: text,
  owner: either(text, nothing),
  reason: text,
  importable: truth,
  lacks: optional(listOf(text)),
});
const pattern = object({ input: text, pattern: text });
const secret = object({ path: text, what: text });
const leftOut = object({
  file: text,
  module: text,
  path: text,
  isFolder: truth,
  why: optional(text),
  owner: optional(text),
});
const lockedFile = object({ filename: text, hash: optional(text), size: optional(number), location: text });

const installed = {
  distributions: listOf(distribution),
  conflicts: listOf(conflict),
  misfits: listOf(misfit),
  partial: optional(listOf(text)),
  usedPatterns: optional(listOf(pattern)),
  secrets: optional(listOf(secret)),
  leftOutImports: optional(listOf(leftOut)),
};

/**
 * What the store remembers about an entry of each kind that is read again. An entry with anything else was not written
 * by this program: it counts as damaged.
 */
export const storedShapes: Readonly<Record<string, Shape>> = {
  uv: text,
  python: either(text, nothing),
  export: object({
    packages: listOf(
      object({
        ...{ name: text, version: optional(text), marker: optional(text), kind: text, wheels: listOf(lockedFile) },
        ...{
          sdist: optional(lockedFile),
          git: optional(object({ url: text, commit: text })),
          subdirectory: optional(text),
        },
      }),
    ),
    localPackages: listOf(object({ name: text, path: text, subdirectory: optional(text), marker: optional(text) })),
  }),
  distribution: object({ distributions: listOf(distribution), misfits: listOf(misfit) }),
  overlaps: nothing,
  localpack: object(installed),
  ownpack: either(nothing, object(installed)),
  artifact: object({
    outputHash: text,
    files: listOf(object({ kind: text, name: text, sha256: text, size: number, unzippedSize: number, files: number })),
    packages: mapOf(text),
    unzippedSize: number,
    conflicts: listOf(conflict),
    misfits: listOf(misfit),
    partial: listOf(text),
    usedPatterns: listOf(pattern),
    secrets: listOf(secret),
    leftOutImports: optional(listOf(leftOut)),
  }),
};
