import { firstOf } from "../../../lib/messages/lists.js";
import type { FileTree } from "../../../tree/tree.js";
import { isForeignImage, type PackageRequest } from "../../request.js";
import type { Finding } from "../finding.js";
import type { BinaryProblem } from "./binaryProblem.js";

/** Of graphics, OpenMP, databases and sound: they are in no Python runtime of Lambda. Packages that need one bring it. */
const absent = /^lib(EGL|GL|GLX|ICE|SM|X11|Xext|Xrender|gomp|odbc|pq|sndfile|xcb)\.so\.\d+$/;

/** The libraries that neither Lambda nor one of these files provides. */
export function missingLibraries(libraries: readonly string[], provided: ReadonlySet<string>): string[] {
  return libraries.filter((library) => absent.test(library) && !provided.has(library));
}

/**
 * Packages whose import opens a library by its name, which no wheel of theirs has, and the packages that bring it:
 * alone, they fail in Lambda with "cannot load library" or the like.
 */
const opened: Readonly<Record<string, { readonly library: string; readonly broughtBy?: readonly string[] }>> = {
  cairocffi: { library: "libcairo.so.2" },
  psycopg: { library: "libpq.so.5", broughtBy: ["psycopg-binary", "psycopg-c"] },
  "python-magic": { library: "libmagic.so.1", broughtBy: ["pylibmagic", "python-magic-bin"] },
  pyzbar: { library: "libzbar.so.0" },
  weasyprint: { library: "libpango-1.0.so.0" },
};

function openedByName(tree: FileTree): string[] {
  const owners = new Set(tree.map(({ owner }) => owner ?? ""));
  return Object.entries(opened)
    .filter(([name, { broughtBy = [] }]) => owners.has(name) && !broughtBy.some((other) => owners.has(other)))
    .filter(([, { library }]) => !tree.some(({ path }) => path.includes(library.replace(/\.so.*/, ""))))
    .map(([name, { library }]) => `${name} opens ${library}`);
}

/** One of them says what to do: packages of graphics have dozens. */
const SHOWN = 4;

/** A warning: the file may never be loaded. Nothing when a layer, or an image of the user's, may have the library. */
export function checkLibraries(
  problems: readonly BinaryProblem[],
  tree: FileTree,
  { hasLayers, image }: Pick<PackageRequest, "hasLayers" | "image">,
): Finding | undefined {
  const names = new Set(tree.map(({ path }) => path.slice(path.lastIndexOf("/") + 1)));
  // Another package may bring it.
  const lacking = problems
    .map(({ path, owner, lacks = [] }) => ({ path, owner, lacks: lacks.filter((library) => !names.has(library)) }))
    .filter(({ lacks }) => lacks.length > 0);
  const byName = openedByName(tree);
  if (lacking.length + byName.length === 0 || hasLayers || isForeignImage(image)) return undefined;
  const files = lacking.map(({ path, owner, lacks }) => `${path} (${owner ?? "own file"}) needs ${lacks.join(", ")}`);
  return {
    code: "NATIVE_MISMATCH",
    certain: false,
    message: [
      "Packages need libraries that neither they nor Lambda contain:",
      ...firstOf(files, SHOWN),
      ...byName,
    ].join("\n  "),
    hint:
      "To fix this, depend on a distribution that contains the library or does not need it (opencv-python-headless instead of " +
      "opencv-python, psycopg[binary] instead of psycopg), put it into `lib/` of the project's files or of a layer, or install it in an image (`image.dockerfile`).",
  };
}
