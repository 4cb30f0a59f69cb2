import type { Reporter } from "../../lib/log.js";
import type { Artifact, PackageRequest } from "../request.js";

export async function checkArtifact(_request: PackageRequest, _artifact: Artifact, _reporter: Reporter): Promise<void> {}
