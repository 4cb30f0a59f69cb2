import { execFileSync, spawn } from "node:child_process";
import * as fs from "node:fs";
import type * as http from "node:http";
import * as path from "node:path";
import { runCommand } from "../support/commands.js";
import { checkout } from "../support/machine.js";

/** Files of the checkout that git knows. */
export function copyCheckout(to: string): void {
  const files = execFileSync("git", ["ls-files", "-z"], { cwd: checkout, encoding: "utf8" }).split("\0");
  for (const file of files.filter((name) => name !== "" && fs.existsSync(path.join(checkout, name))))
    fs.cpSync(path.join(checkout, file), path.join(to, file), { recursive: true });
}

/** Commits everything in `folder` to a new repository there, and tags the commit. Returns its hash. */
export async function commitAll(folder: string, tag: string): Promise<string> {
  await git(folder, "init", "--quiet", "--initial-branch=main");
  await git(folder, "add", "--all", "--force");
  await git(folder, "commit", "--quiet", "--message", tag);
  await git(folder, "tag", tag);
  return (await git(folder, "rev-parse", "HEAD")).trim();
}

/** Serves the repository in `folder` for reading, at `place` such as `/owner/name.git`, as git's smart HTTP. */
export function serveRepository(folder: string, place: string): http.RequestListener {
  return (request, response) => {
    const { pathname, search } = new URL(request.url ?? "/", "https://git");
    if (pathname === `${place}/info/refs` && search === "?service=git-upload-pack") {
      response.writeHead(200, { "content-type": "application/x-git-upload-pack-advertisement" });
      response.write("001e# service=git-upload-pack\n0000");
      uploadPack(folder, ["--http-backend-info-refs"], request, response);
    } else if (pathname === `${place}/git-upload-pack`) {
      response.writeHead(200, { "content-type": "application/x-git-upload-pack-result" });
      uploadPack(folder, ["--stateless-rpc"], request, response);
    } else response.writeHead(404).end();
  };
}

function uploadPack(
  folder: string,
  options: readonly string[],
  request: http.IncomingMessage,
  response: http.ServerResponse,
): void {
  const child = spawn("git", ["upload-pack", ...options, folder], {
    env: { ...environment(), GIT_PROTOCOL: String(request.headers["git-protocol"] ?? "") },
    stdio: ["pipe", "pipe", "inherit"],
  });
  child.on("error", (error) => response.destroy(error));
  // It may end before it has read everything. The client sees that in the response.
  child.stdin.on("error", () => undefined);
  request.pipe(child.stdin);
  child.stdout.pipe(response);
}

async function git(folder: string, ...argv: readonly string[]): Promise<string> {
  const result = await runCommand(["git", ...argv], { cwd: folder, env: environment() });
  if (result.code !== 0) throw new Error(`git ${argv.join(" ")}: ${result.stderr}`);
  return result.stdout;
}

/** Leaves out the user's own settings, such as signed commits. */
function environment(): Record<string, string> {
  const person = { NAME: "uvlambda tests", EMAIL: "tests@uvlambda.invalid" };
  const names = Object.entries(person).flatMap(([key, value]) => [
    [`GIT_AUTHOR_${key}`, value],
    [`GIT_COMMITTER_${key}`, value],
  ]);
  return {
    PATH: process.env["PATH"] ?? "",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_CONFIG_NOSYSTEM: "1",
    ...(Object.fromEntries(names) as Record<string, string>),
  };
}
