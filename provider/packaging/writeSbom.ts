import * as fs from "node:fs/promises";
import * as path from "node:path";
import { redact } from "../lib/redaction/redact.js";
import { exportSbom } from "../uv/exportSbom.js";
import { readClosure } from "./closure/readClosure.js";
import { keyOf } from "../store/key.js";
import { openWork, type BuildCall } from "./work.js";

const sbomName = "sbom.cdx.json";

/**
 * The locked packages of a request as a CycloneDX document in the store, without credentials. Returns its absolute
 * path.
 */
export async function writeSbom(call: BuildCall): Promise<string> {
  const work = await openWork(call);
  const { session, uv, project, filesHash } = work;
  const { selection } = await readClosure(work);
  // Documents without `hidden` were written by a version that kept credentials in package URLs.
  const keySelection = { ...selection, naming: undefined };
  const key = keyOf("sbom", { hidden: 1, files: filesHash, selection: keySelection, uv: uv.version });
  const { entry } = await session.store.getOrCreate("sbom", key, async (folder) => {
    const document = await exportSbom(uv, project.root, selection);
    await fs.writeFile(path.join(folder, sbomName), redact(document, uv.secrets));
    return null;
  });
  return entry.file(sbomName);
}
