import { keyOf } from "../../store/key.js";
import { nativeRules } from "../checks/binaries/binaries.js";
import { secretRules } from "../checks/secrets.js";
import { formatRecipe, type FormatRecipe } from "./formatRecipe.js";
import { planDependencies, type DependencyPlan } from "../packs/dependencies.js";
import { localCode, type LocalCode } from "../packs/localPackages.js";
import type { PackWork } from "../packs/packWork.js";
import { readProjectCode, type ProjectCode } from "../packs/projectCode.js";

/** What an artifact is made of, as it is now. Nothing is installed, built or packed yet. */
export interface Parts {
  readonly dependencies: DependencyPlan;
  readonly localPackages: readonly LocalCode[];
  readonly projectCode: ProjectCode | undefined;
  readonly recipe: FormatRecipe;
  /** Of the artifact. */
  readonly key: string;
}

export async function planParts(work: PackWork): Promise<Parts> {
  const projectCode = await readProjectCode(work);
  const localPackages = await Promise.all(work.closure.local.map((local) => localCode(work, local)));
  const dependencies = planDependencies(work);
  const recipe = await formatRecipe(work);
  const key = keyOf("artifact", {
    format: work.format.name,
    dependencies: dependencies.key,
    locals: localPackages.map((local) => local.key).sort(),
    own: projectCode?.digest,
    // Earlier artifacts do not record all of their files with secrets, nor all native ones that do not fit.
    facts: [secretRules, nativeRules],
    bytecode: work.compilers.code?.identity,
    ...recipe.key,
  });
  return { dependencies, localPackages, projectCode, recipe, key };
}
