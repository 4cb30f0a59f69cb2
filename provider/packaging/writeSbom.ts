import * as fs from "node:fs/promises";
import * as path from "node:path";
import { redact } from "../lib/redact.js";
import { loadProject } from "../project/workspace.js";
import { resolveTarget } from "../runtimes/index.js";
import { exportSbom } from "../uv/exportSbom.js";
import { readClosure } from "./closure/readClosure.js";
import { keyOf } from "../store/key.js";
import type { PackageOptions } from "./packager.js";
import { projectFilesHash } from "./closure/projectFiles.js";
import type { PackageRequest } from "./request.js";
import { uvContext, type BuildSession } from "./buildSession.js";

const sbomName = "sbom.cdx.json";

/** The locked packages of a request as a CycloneDX document in the store, without credentials. Returns its absolute path. */
export async function writeSbom(
  session: BuildSession,
  request: PackageRequest,
  options: PackageOptions,
): Promise<string> {
  const { target } = resolveTarget(request.runtime, request.architecture);
  const project = await loadProject(request);
  const uv = await uvContext(session, options);
  const filesHash = await session.once(`files ${project.root}`, () => projectFilesHash(project));
  const { selection } = await readClosure(session, uv, project, request, target, filesHash);
  const key = keyOf("sbom", { files: filesHash, selection: { ...selection, members: undefined }, uv: uv.version });
  const { entry } = await session.store.getOrCreate("sbom", key, async (folder) => {
    const document = await exportSbom(uv, project.root, selection);
    await fs.writeFile(path.join(folder, sbomName), redact(document, uv.secrets));
    return null;
  });
  return entry.file(sbomName);
}
