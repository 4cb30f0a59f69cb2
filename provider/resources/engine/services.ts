import type { BuiltLayers } from "../layer/builtLayers.js";
import type { Packager } from "../../packaging/packager.js";
import type { LogGroupClaims } from "../function/logGroupClaims.js";
import type { VariableCheck } from "../../inputs/buildEnvironment.js";
import type { PackageSchema } from "../../inputs/schema/packageSchema.js";

/** What the components of one plugin process work with. */
export interface ProviderServices {
  readonly schema: PackageSchema;
  readonly packager: Packager;
  /** Where archives and folders are laid for the engine; gives the path relative to the program's folder. */
  readonly workFolder: {
    place(sourceFile: string, sha256: string): Promise<string>;
    placeFolder(sourceFolder: string, digest: string): Promise<string>;
  };
  /** Absolute working folder of the program, links resolved. */
  readonly programFolder: string;
  /** `2026-11-21`; decides about warnings only. */
  readonly today: string;
  readonly buildEnvironmentProblems: VariableCheck;
  readonly logGroups: LogGroupClaims;
  /** What is wrong with the builder of images of that name, if anything is known to be. */
  readonly builderProblem: (name: string) => Promise<string | undefined>;
  /** Bytes of an archive above which it goes to AWS through S3. */
  readonly directUploadLimit: number;
  readonly layers: BuiltLayers;
}
