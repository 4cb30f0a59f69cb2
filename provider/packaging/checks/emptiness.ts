import type { Artifact } from "../request.js";
import type { Finding } from "./finding.js";

interface Emptiness extends Pick<Artifact, "files" | "provided"> {
  /** Whether the format puts packages into a layer. */
  readonly isLayered: boolean;
  /** The message for a project that is the root of a workspace without being a member. */
  readonly rootHint: string | undefined;
}

/** Whether the function's own archive contains anything: AWS refuses an empty one. */
export function checkEmptiness({ files, provided, isLayered, rootHint }: Emptiness): Finding | undefined {
  if (!files.some((file) => file.kind === "code" && file.files === 0)) return undefined;
  const inLayers = isLayered || Object.keys(provided).length > 0;
  const why = inLayers
    ? "everything that ships comes from layers"
    : "neither a file of the project nor a package ships";
  const usual = isLayered
    ? 'Use `packageFormat: "zip"`, which puts the packages into the archive, or add your own module.'
    : "Add your own module, name the folder of your modules with `source`, or bring files back with `include`.";
  return {
    code: "NO_CODE",
    certain: true,
    message: `The function's own archive would be empty, which AWS refuses: ${why}.`,
    hint: rootHint ?? usual,
  };
}
