import { UvLambdaError } from "../../lib/errors.js";
import { redact } from "../../lib/redaction/redact.js";
import type { BuildSession } from "../../packaging/buildSession.js";
import { keyOf } from "../../store/key.js";
import { runUv, type UvContext } from "../../uv/context.js";
import { findPython } from "../../uv/programs/python.js";

/** AWS's runtime interface client and what it needs: the same code that runs functions in Lambda. */
const client = ["awslambdaric==4.2.2", "simplejson==4.3.0", "snapshot-restore-py==1.0.0"];

/** A CPython of the runtime's minor version; uv installs one when `mayInstall`. Throws PYTHON_NOT_FOUND. */
export async function runtimePython(uv: UvContext, cwd: string, minor: string, mayInstall: boolean): Promise<string> {
  const found = await findPython(uv, cwd, minor);
  if (found !== undefined) return found.path;
  let why = "";
  if (mayInstall) {
    uv.reporter.progress(`Installing CPython ${minor} with uv`);
    const installed = await runUv(uv, ["python", "install", "--no-bin", minor], {
      cwd,
      purpose: `installing CPython ${minor}`,
    });
    const now = installed.exitCode === 0 ? await findPython(uv, cwd, minor) : undefined;
    if (now !== undefined) return now.path;
    why = `\n${redact(installed.stderr.trim(), uv.secrets)}`;
  }
  throw new UvLambdaError(
    "PYTHON_NOT_FOUND",
    `python${minor} functions run in CPython ${minor}, but uv ${mayInstall ? `could not install one here:${why}` : "found none here."}`,
    {
      property: "runtime",
      hint: mayInstall
        ? `Fix what uv reports, install CPython ${minor} in another way, or choose another \`--runtime\`.`
        : `Run \`uv python install ${minor}\`, add \`--install-python\`, or choose another \`--runtime\`.`,
    },
  );
}

/** The folder of the client for that Python, from the store. uv fetches it once, in exactly these versions. */
export async function runtimeClient(
  session: BuildSession,
  uv: UvContext,
  python: string,
  minor: string,
): Promise<string> {
  const key = keyOf("ric", { client, minor, machine: [process.platform, process.arch] });
  const { entry } = await session.store.getOrCreate("ric", key, async (folder) => {
    uv.reporter.progress("Fetching AWS's runtime interface client");
    const flags = ["--python", python, "--only-binary", ":all:", "--no-deps", "--target", folder];
    const result = await runUv(uv, ["pip", "install", ...flags, ...client], {
      cwd: folder,
      purpose: "fetching awslambdaric",
    });
    if (result.exitCode === 0) return null;
    throw new UvLambdaError(
      "UV_FAILED",
      `AWS's runtime interface client (${client[0]}) cannot be installed:\n${redact(result.stderr.trim(), uv.secrets)}`,
      { hint: "It is fetched once, from the index that uv uses outside of projects. UV_INDEX_URL names another one." },
    );
  });
  return entry.folder;
}
