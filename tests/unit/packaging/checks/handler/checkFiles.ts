import { checkHandler } from "../../../../../provider/packaging/checks/handler/handler.js";
import { createOnce } from "../../../../../provider/lib/concurrency/once.js";
import { importedBefore, maybeImportedBefore } from "../../../../../provider/runtimes/index.js";

/** The handler check of a package with these files; those whose names begin with `vendor` are a third party's. */
export const checkFiles = (
  files: Record<string, string>,
  handler: string,
  layersPresent = false,
  runtime = "python3.13",
) =>
  checkHandler({
    handler,
    paths: new Set(Object.keys(files)),
    readModule: async (path) => files[path],
    once: createOnce(),
    imported: importedBefore(runtime),
    maybeImported: maybeImportedBefore(runtime),
    isOwn: (path) => !path.startsWith("vendor"),
    project: { explain: async () => undefined, sourceFor: async (folder) => folder },
    layersPresent,
    canHaveLayers: true,
  });
