import * as fs from "node:fs";
import * as path from "node:path";
import type { StackState } from "./harness.js";

/** Where the engine keeps a stack in a folder as its backend: a file for each project that has a stack of that name. */
export function stateFiles(backend: string, stack: string): string[] {
  const stacks = path.join(backend, ".pulumi", "stacks");
  return fs
    .readdirSync(stacks)
    .map((project) => path.join(stacks, project, `${stack}.json`))
    .filter((file) => fs.existsSync(file));
}

/** What `pulumi stack export` prints, without the half second that the command takes. */
export function readState(backend: string, stack: string): StackState {
  const files = stateFiles(backend, stack);
  if (files.length !== 1) throw new Error(`${files.length} projects have a stack ${stack}: ${files.join(", ")}`);
  const { checkpoint, ...rest } = JSON.parse(fs.readFileSync(files[0]!, "utf8")) as {
    readonly checkpoint: { readonly latest?: StackState["deployment"] };
  };
  return { ...rest, deployment: checkpoint.latest ?? {} };
}
