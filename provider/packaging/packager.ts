import type { Reporter } from "../lib/log.js";
import type { Artifact, PackageRequest } from "./request.js";

export interface PackageOptions {
  readonly reporter: Reporter;
  /** What the build is for. Builds that wait for it show this name: `api`. */
  readonly name?: string;
  /** Credentials for uv only; never part of the key, the artifact, a log or an error. */
  readonly buildEnvironment?: Readonly<Record<string, string>>;
}

/** Turns requests into artifacts; one for each plugin process or command. */
export interface Packager {
  /** Same request, same bytes. Throws UvLambdaError. Equal work of concurrent calls is done once. */
  package(request: PackageRequest, options: PackageOptions): Promise<Artifact>;
  /**
   * Kills every child process at once. Pending calls reject with code CANCELLED. Idempotent, and used at a normal end
   * too.
   */
  cancel(): void;
}

/** Methods that only the command line uses. */
export interface CommandPackager extends Packager {
  /** How many uv processes have been started so far. */
  uvProcesses(): number;
  /** Absolute path, in the store, of the request's CycloneDX document. Errors as of `package`. */
  sbom(request: PackageRequest, options: PackageOptions): Promise<string>;
}
