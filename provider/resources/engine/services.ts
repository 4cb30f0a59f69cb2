import type { ImageBuilder } from "../code/image/reachableBuilder.js";
import type { Unbuildable } from "../code/image/unbuildable.js";
import type { BuiltLayers } from "../layer/builtLayers.js";
import type { Packager } from "../../packaging/packager.js";
import type { NameClaims } from "../function/nameClaims.js";
import type { VariableCheck } from "../../inputs/buildEnvironment.js";
import type { PackageSchema } from "../../inputs/schema/packageSchema.js";

/** What exists before the engine asks for a component. */
export type OpenedServices = Omit<ProviderServices, "beforeCreation">;

/** What the components in one plugin process use. */
export interface ProviderServices {
  readonly schema: PackageSchema;
  readonly packager: Packager;
  /** Where archives and folders are placed for the engine. Gives the path relative to the program's folder. */
  readonly workFolder: {
    place(sourceFile: string, sha256: string): Promise<string>;
    placeFolder(sourceFolder: string, digest: string): Promise<string>;
  };
  /** Absolute working folder of the program, links resolved. */
  readonly programFolder: string;
  /** `2026-11-21`; decides about warnings only. */
  readonly today: string;
  readonly buildEnvironmentProblems: VariableCheck;
  readonly names: NameClaims;
  /** Why no image can be built by the builder or publisher that is named, or by any. Undefined if that is not known. */
  readonly builderProblem: (image: ImageBuilder) => Promise<string | undefined>;
  readonly unbuildable: Unbuildable;
  /** Bytes of an archive above which it goes to AWS through S3. */
  readonly directUploadLimit: number;
  readonly layers: BuiltLayers;
  /** Throws when nothing should be created any more. */
  readonly beforeCreation: () => void;
}
