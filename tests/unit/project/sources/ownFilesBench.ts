import * as path from "node:path";
import { ownFiles, type OwnFilesRequest } from "../../../../provider/project/sources/ownFiles.js";
import { loadProject } from "../../../../provider/project/workspace.js";
import { pyproject, Scratch, type Files } from "../../support/scratch.js";

export const nothing: OwnFilesRequest = { include: [], exclude: [], copyFiles: [], excludedFolders: [] };

/** The least that a project has. */
export const app: Files = { "pyproject.toml": pyproject("app"), "uv.lock": "" };

/** For a group of tests: its folders, and the paths that a project with these files ships. */
export function ownFilesBench() {
  const scratch = new Scratch();
  afterEach(() => scratch.remove());

  async function packed(files: Files, request: Partial<OwnFilesRequest> = {}, project = ".", root?: string) {
    const folder = root ?? (await scratch.make());
    await scratch.write(folder, { ...app, ...files });
    const loaded = await loadProject({ project: path.join(folder, project) });
    return (await ownFiles(loaded, { ...nothing, ...request })).tree.map((entry) => entry.path);
  }
  return { scratch, packed };
}
