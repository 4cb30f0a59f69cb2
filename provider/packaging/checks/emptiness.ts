import type { Artifact } from "../request.js";
import type { Finding } from "./finding.js";

/** Whether the function's own archive holds anything: AWS refuses an empty one. */
export function checkEmptiness({ files }: Pick<Artifact, "files">): Finding | undefined {
  if (!files.some((file) => file.kind === "code" && file.files === 0)) return undefined;
  return {
    code: "NO_CODE",
    certain: true,
    message: "The function's own archive would be empty, which AWS refuses: all that ships comes from layers.",
    hint: 'Use `packageFormat: "zip"`, which puts the packages into the archive, or add a module of your own.',
  };
}
