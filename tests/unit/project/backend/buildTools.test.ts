import { strict as assert } from "node:assert";
import * as path from "node:path";
import { localBuildTools } from "../../../../provider/project/backend/buildTools.js";
import { readPyproject } from "../../../../provider/project/pyproject.js";
import { loadProject } from "../../../../provider/project/workspace.js";
import { pyproject, Scratch } from "../../support/scratch.js";

const requires = (names: readonly string[], more = "") =>
  `[build-system]\nrequires = ${JSON.stringify(names)}\nbuild-backend = "x"\n${more}`;

describe("localBuildTools", () => {
  const scratch = new Scratch();
  afterEach(() => scratch.remove());

  /** What builds `package` of a workspace whose root says `sources`. */
  async function toolsOf(files: Readonly<Record<string, string>>, sources: string) {
    const root = await scratch.make({
      "ws/pyproject.toml": pyproject("root", `[tool.uv.workspace]\nmembers = ["p", "tools/*"]\n${sources}`),
      "ws/uv.lock": "version = 1\n",
      ...files,
    });
    const project = await loadProject({ project: path.join(root, "ws") });
    const tools = await localBuildTools(readPyproject(path.join(root, "ws/p")), project, () => []);
    return { ...tools, files: tools.files.map(({ relative }) => relative).sort() };
  }

  it("are none where all requirements come from an index", async () => {
    const files = { "ws/p/pyproject.toml": pyproject("p", requires(["hatchling>=1", "Plug.in"])) };
    const none = { names: [], files: [], movable: true };
    assert.deepEqual(await toolsOf(files, '[tool.uv.sources]\nplug-in = { index = "x" }\n'), none);
  });

  it("are followed through members, paths and archives, in circles too", async () => {
    const files = {
      "ws/p/pyproject.toml": pyproject("p", requires(["hatchling>=1", "Plug_In[x] ; python_version > '3'"])),
      "ws/tools/plug/pyproject.toml": pyproject(
        "plug-in",
        requires(
          ["words", "whl"],
          '[tool.uv.sources]\nwords = { path = "../../../words" }\nwhl = [{ path = "w.whl" }]\n',
        ),
      ),
      "ws/tools/plug/w.whl": "",
      "ws/tools/other/pyproject.toml": pyproject("other"),
      "ws/tools/other/x.py": "",
      "words/pyproject.toml": pyproject("words", requires(["p"], '[tool.uv.sources]\np = { path = "../ws/p" }\n')),
      "words/words.py": "",
    };
    const {
      names,
      files: found,
      movable,
    } = await toolsOf(files, "[tool.uv.sources]\nplug-in = { workspace = true }\n");
    assert.deepEqual([names, movable], [["plug-in", "words", "whl"], true]);
    assert.deepEqual(
      [...new Set(found)],
      [
        "../../words/pyproject.toml",
        "../../words/words.py",
        "../pyproject.toml",
        "../tools/other/pyproject.toml", // uv reads the project files of all members
        "../tools/plug/pyproject.toml",
        "../tools/plug/w.whl",
        "pyproject.toml",
      ],
    );
  });

  for (const [what, tool, source] of [
    ["a version from git", requires(["setuptools-scm"]), "../words"],
    ["an absolute path", "", "/words"],
  ] as const)
    it(`cannot move with ${what}`, async () => {
      const files = {
        "ws/p/pyproject.toml": pyproject(
          "p",
          requires(["words"], `[tool.uv.sources]\nwords = { path = "${source}" }\n`),
        ),
        "ws/words/pyproject.toml": pyproject("words", tool),
      };
      const { names, movable } = await toolsOf(files, "");
      assert.deepEqual([names, movable], [["words"], false]);
    });
});
