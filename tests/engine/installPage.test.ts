import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { makeNpm } from "../../tools/release/packages.js";
import { checkout } from "../support/machine.js";
import { skip } from "../support/skip.js";
import { block, chapter, pythonFolder, Reader, readersEnvironment } from "./installPage.js";
import { startPoetryIndex } from "./poetryIndex.js";
import { programLanguage, type Language } from "./languages/index.js";
import { sharedRun, type Run } from "./run.js";
import { serveRelease } from "./releaseServer.js";

/** One path through the page. */
interface Way {
  readonly language: Language;
  /** What this machine lacks for it, apart from the language. */
  readonly whyNot?: () => string | undefined;
  /** Writes the program and runs the commands of the page, up to `pulumi stack init`. */
  readonly follow: (reader: Reader, run: Run) => Promise<unknown>;
  /** Variables in addition to the common ones. */
  readonly env?: (run: Run) => Promise<Record<string, string>>;
}

const python = chapter("### Python");
const typescript = chapter("### TypeScript and JavaScript");
const go = chapter("### Go");
const java = chapter("### Java");
const yaml = chapter("### YAML");

/** Pulumi.yaml of the page, for a language. */
function projectOf(runtime: string): string {
  const [text = ""] = block(chapter("## 3. The program"), "yaml", "runtime: nodejs").split("runtime: nodejs");
  return `${text}${runtime}\n`;
}

/** A Python program with one of the toolchains. */
function pythonWay(toolchain: string, first = ""): Way["follow"] {
  return async (reader) => {
    reader.writeProject(projectOf(block(python, "yaml", `toolchain: ${toolchain}`).trim()));
    reader.write("__main__.py", block(python, "python"));
    const commands = block(python, "sh", toolchain);
    await reader.type(first === "" ? commands : commands.replace(" && ", ` && ${first} && `));
  };
}

/** The program of the page, with what it says about a published release. */
function releasedYaml(): string {
  const [program, outputs] = block(yaml, "yaml", "outputs:").split(/^(?=outputs:)/m);
  return `${program}${block(yaml, "yaml", "pluginDownloadURL: github:")}${outputs}`;
}

const ways: Readonly<Record<string, Way>> = {
  TypeScript: {
    language: "typescript",
    follow: async (reader, run) => {
      const sdk = path.join(run.folder, "readers", "npm");
      makeNpm(checkout, sdk);
      reader.writeProject(projectOf("runtime: nodejs"));
      reader.write("index.ts", block(typescript, "ts"));
      await reader.type(block(typescript, "sh", "<checkout>/release/npm").replace("<checkout>/release/npm", sdk));
    },
    env: () => Promise.resolve({ npm_config_cache: execFileSync("npm", ["config", "get", "cache"]).toString().trim() }),
  },
  "Python with uv": { language: "python", follow: pythonWay("uv") },
  "Python with pip": { language: "python", follow: pythonWay("pip") },
  "Python with Poetry": {
    language: "python",
    whyNot: () => (process.env["UVLAMBDA_TEST_POETRY"] ? undefined : "Poetry (run tools/setup poetry)"),
    follow: async (reader, run) => {
      const index = await startPoetryIndex(run);
      await pythonWay("poetry", `poetry source add mirror ${index}`)(reader, run);
    },
    env: (run) => {
      const folders = [path.dirname(process.env["UVLAMBDA_TEST_POETRY"]!), readersEnvironment(run)["PATH"]];
      return Promise.resolve({ PATH: folders.join(path.delimiter) });
    },
  },
  Go: {
    language: "go",
    follow: async (reader) => {
      reader.writeProject(projectOf("runtime: go"));
      reader.write("main.go", block(go, "go"));
      await reader.type(block(go, "sh", "<checkout>"));
    },
    env: () => Promise.resolve(programLanguage("go").env!()),
  },
  Java: {
    language: "java",
    follow: async (reader) => {
      reader.writeProject(projectOf("runtime: java"));
      fs.copyFileSync(path.join(checkout, "examples/java/infra/pom.xml"), path.join(reader.infra, "pom.xml"));
      reader.write("src/main/java/infra/App.java", block(java, "java"));
      await reader.type(block(java, "sh", "<checkout>"));
    },
    env: (run) => {
      // The user's own repository stays as it is.
      const [own, copy] = [path.join(os.homedir(), ".m2", "repository"), path.join(run.folder, "readers", "m2")];
      if (fs.existsSync(own)) fs.cpSync(own, copy, { recursive: true });
      return Promise.resolve({ MAVEN_OPTS: `-Dmaven.repo.local=${copy}` });
    },
  },
  YAML: {
    language: "yaml",
    follow: async (reader) => reader.writeProject(block(yaml, "yaml", "outputs:")),
  },
  "YAML that downloads the plugin": {
    language: "yaml",
    follow: async (reader) => reader.writeProject(releasedYaml(), "installed"),
    env: serveRelease,
  },
};

describe("docs/install.md, followed word for word:", function () {
  this.timeout(600_000);
  let run: Run;

  before(async function () {
    run = await sharedRun(this);
    if (pythonFolder() === "") skip(this, "needs the Python of the page's project (UVLAMBDA_TEST_PYTHONS)");
    await Reader.makeProject(run);
  });

  for (const [name, { language, whyNot, follow, env }] of Object.entries(ways))
    it(name, async function () {
      const missing = programLanguage(language).whyNot?.() ?? whyNot?.();
      if (missing !== undefined) skip(this, `needs ${missing}`);
      const folder = name.toLowerCase().replaceAll(" ", "-");
      const reader = Reader.start(run, folder, { ...readersEnvironment(run), ...(await env?.(run)) });
      await follow(reader, run);
      await reader.deploys();
    });
});
