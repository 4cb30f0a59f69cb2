import { codeRoot } from "../../formats/format.js";
import type { Builder } from "../bundling/builder.js";
import { createBuilder } from "../bundling/createBuilder.js";
import type { ClosedWork } from "../closure/readClosure.js";
import type { Compiler } from "../install/bytecode.js";
import { findCompiler } from "../install/interpreter.js";
import { buildSettings } from "./uvBuildSettings.js";

/** The tools to install, build and compile packages with. */
export interface PackWork extends ClosedWork {
  readonly builder: Builder;
  /** Absent unless the function ships bytecode. They differ in where Lambda imports from. */
  readonly compilers: { readonly code: Compiler | undefined; readonly dependencies: Compiler | undefined };
  /** What `buildSettings` gave. */
  readonly settings: string;
}

/** Throws PYTHON_NOT_FOUND and what `createBuilder` throws. */
export async function chooseTools(work: ClosedWork): Promise<PackWork> {
  const builder = createBuilder(work);
  const compilers = {
    code: await findCompiler(work, codeRoot),
    dependencies: await findCompiler(work, work.format.dependencyRoot),
  };
  return { ...work, builder, compilers, settings: buildSettings(work.project, work.uv.environment) };
}
