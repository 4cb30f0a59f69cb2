import type { BuiltWork } from "./checks/checkArtifact.js";
import { checkBuildPolicy } from "./closure/buildPolicy.js";
import { refuseUncoveredTarget } from "./closure/coverage.js";
import { readClosure } from "./closure/readClosure.js";
import { requireFiles } from "./closure/requireFiles.js";
import { refuseUnsupportedPython } from "./closure/requiresPython.js";
import { startLockCheck } from "./closure/requireFreshLock.js";
import { chooseTools } from "./packs/packWork.js";
import { planParts } from "./artifact/parts.js";
import { storedArtifact } from "./artifact/storedArtifact.js";
import { openWork, type BuildCall } from "./work.js";

/** THE MAIN PATH: from a request to an artifact in the store, to be checked. A hit starts no process. */
export async function build(call: BuildCall): Promise<BuiltWork> {
  const opened = await openWork(call);
  await refuseUnsupportedPython(opened);
  startLockCheck(opened);
  await refuseUncoveredTarget(opened);
  const closure = await readClosure(opened);
  const work = await chooseTools({ ...opened, closure });
  await requireFiles(work);
  await checkBuildPolicy(work);
  const parts = await planParts(work);
  const stored = await storedArtifact({ ...work, parts });
  return { ...work, ...stored };
}
