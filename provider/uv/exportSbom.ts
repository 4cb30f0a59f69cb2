import { UvLambdaError } from "../lib/errors.js";
import type { UvContext } from "./context.js";
import type { Selection } from "./errors/uvCall.js";
import { exportAs } from "./export.js";

/**
 * A CycloneDX 1.5 document (JSON text) of a selection, without the parts that differ in every run. Errors as in
 * `exportLock`.
 */
export async function exportSbom(context: UvContext, root: string, selection: Selection): Promise<string> {
  const text = await exportAs(context, root, selection, ["--format=cyclonedx1.5", "--preview-features=sbom-export"]);
  let document: Record<string, unknown>;
  try {
    document = JSON.parse(text) as Record<string, unknown>;
  } catch (cause) {
    throw new UvLambdaError("UV_FAILED", "`uv export` printed an SBOM that is not JSON.", { cause });
  }
  delete document["serialNumber"];
  const metadata = document["metadata"];
  if (typeof metadata === "object" && metadata !== null) delete (metadata as Record<string, unknown>)["timestamp"];
  return `${JSON.stringify(document, null, 2)}\n`;
}
