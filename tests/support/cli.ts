import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import * as ts from "typescript";
import type { ErrorCode } from "../../provider/lib/errors.js";
import { runCommand, startCommand, type CommandResult, type StartedCommand } from "./commands.js";
import { checkout, findTool } from "./machine.js";
import { skip } from "./skip.js";
import { noUv } from "./uv.js";
import { makeWheel, type WheelSpec } from "./wheels.js";

/** What `uvlambda build` prints. */
export interface BuildOutput {
  readonly outputHash: string;
  readonly artifacts: readonly {
    readonly kind: string;
    readonly path: string;
    readonly sha256: string;
    readonly size: number;
    readonly unzippedSize: number;
    readonly files: number;
  }[];
  readonly packages: Readonly<Record<string, string>>;
  readonly cacheHit: boolean;
  readonly uvProcesses: number;
  readonly verified?: boolean;
  readonly sbom?: string;
  readonly error?: { readonly code: string; readonly message: string; readonly hint: string };
}

export interface RunSettings {
  readonly cwd?: string;
  /** Added to the bench's variables. */
  readonly env?: Readonly<Record<string, string>>;
  readonly umask?: string;
  /** Put before the command: `["strace", ...]`. */
  readonly wrapper?: readonly string[];
}

/** The command line as compiled from the sources, a real uv with its own cache, and a folder for projects. */
export class CliBench {
  private constructor(
    /** Absolute; everything of this bench is in it. */
    readonly folder: string,
    readonly entry: string,
    readonly uv: string,
  ) {}

  /** For a hook of mocha: skips what it prepares when there is no uv, and says so. */
  static openOrSkip(hook: Mocha.Context, entry: () => string = compiledOnce): CliBench {
    const uv = findTool("uv", "UVLAMBDA_TEST_UV");
    if (uv === undefined) skip(hook, noUv);
    const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "uvlambda-cli-")));
    const bench = new CliBench(folder, entry(), uv);
    fs.mkdirSync(bench.at("tmp"));
    return bench;
  }

  remove(): void {
    fs.rmSync(this.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }

  at(...parts: string[]): string {
    return path.join(this.folder, ...parts);
  }

  get env(): Record<string, string> {
    const folders = (process.env["PATH"] ?? "").split(path.delimiter);
    return {
      // uv starts each shim of a version manager to see what it is, which takes seconds for each call.
      PATH: folders.filter((folder) => path.basename(folder) !== "shims").join(path.delimiter),
      HOME: this.at("home"),
      TMPDIR: this.at("tmp"),
      UVLAMBDA_UV: this.uv,
      UVLAMBDA_CACHE_DIR: this.at("store"),
      UV_CACHE_DIR: this.at("uv-cache"),
      UV_PYTHON_DOWNLOADS: "never",
      UV_HTTP_RETRIES: "0",
    };
  }

  start(args: readonly string[], settings: RunSettings = {}): StartedCommand {
    const argv = [...(settings.wrapper ?? []), process.execPath, this.entry, ...args];
    const { cwd = this.folder, umask } = settings;
    return startCommand(argv, { cwd, env: { ...this.env, ...settings.env }, ...(umask !== undefined && { umask }) });
  }

  run(args: readonly string[], settings: RunSettings = {}): Promise<CommandResult> {
    return this.start(args, settings).result;
  }

  /** `uvlambda build` whose stdout is read; throws unless that is one JSON object. */
  async build(args: readonly string[], settings: RunSettings = {}): Promise<CommandResult & { output: BuildOutput }> {
    const result = await this.run(["build", ...args], settings);
    try {
      return { ...result, output: JSON.parse(result.stdout) as BuildOutput };
    } catch {
      throw new Error(`stdout is no JSON: ${result.stdout}\n${result.stderr}`);
    }
  }

  /**
   * Builds something that must be refused in this way, on stdout and on stderr. Returns stderr. `says` must be in the
   * message or the hint.
   */
  async refused(args: readonly string[], expected: Refusal, settings: RunSettings = {}): Promise<string> {
    const { code, output, stderr } = await this.build(args, settings);
    assert.equal(output.error?.code, expected.code, stderr);
    assert.equal(code, expected.exit, stderr);
    assert.notEqual(output.error?.hint ?? "", "", "every error has a fix");
    for (const text of [`${output.error?.message}\n${output.error?.hint}`, stderr])
      for (const pattern of expected.says ?? []) assert.match(text, pattern);
    assert.doesNotMatch(stderr, /\n\s+at .*:\d+/, "no stack");
    return stderr;
  }

  /** Entries of a kind in a store. The kind `.temporary` gives the leftovers of builds. */
  stored(kind: string, store = "store"): string[] {
    const folder = this.at(store, "v1", kind);
    return fs.existsSync(folder) ? fs.readdirSync(folder) : [];
  }

  /** Files below the bench's folder, by path. */
  write(folder: string, files: Readonly<Record<string, string | Uint8Array>>): string {
    for (const [name, content] of Object.entries(files)) {
      const file = this.at(folder, name);
      fs.mkdirSync(path.dirname(file), { recursive: true });
      fs.writeFileSync(file, content);
    }
    return this.at(folder);
  }

  /**
   * A locked project with a `handler.py` in its own folder, on a flat index `index` beside it. `more` follows the
   * [project] table of its pyproject.toml.
   */
  async project(name: string, spec: ProjectSpec = {}): Promise<string> {
    const { dependencies = [], more = "", files = {}, wheels = [] } = spec;
    for (const wheel of wheels) makeWheel(wheel, this.at("index"));
    fs.mkdirSync(this.at("index"), { recursive: true });
    const folder = this.write(name, {
      "pyproject.toml": [
        "[project]",
        'name = "app"',
        'version = "0.1.0"',
        'requires-python = ">=3.11"',
        `dependencies = ${JSON.stringify(dependencies)}`,
        more,
        "[[tool.uv.index]]",
        'name = "flat"',
        `url = "${this.at("index")}"`,
        'format = "flat"',
        "default = true",
        "",
      ].join("\n"),
      "handler.py": "def handler(event, context):\n    return event\n",
      ...files,
    });
    await this.lock(folder);
    return folder;
  }

  async lock(folder: string): Promise<void> {
    const result = await runCommand([this.uv, "lock"], { cwd: folder, env: this.env });
    if (result.code !== 0) throw new Error(`uv lock failed in ${folder}: ${result.stderr}`);
  }
}

/** This machine's mirrors, proxies and certificates, for downloads from the real indexes. */
export function networkEnvironment(): Record<string, string> {
  const network = Object.entries(process.env).filter(([name]) =>
    /^(UV_(DEFAULT_INDEX|INDEX_URL|INDEX|CONFIG_FILE|NATIVE_TLS|SYSTEM_CERTS)|SSL_CERT_(FILE|DIR)|XDG_CONFIG_HOME|(HTTPS?|NO|ALL)_PROXY)$/i.test(
      name,
    ),
  );
  return { ...(Object.fromEntries(network) as Record<string, string>), HOME: os.homedir(), UV_HTTP_RETRIES: "3" };
}

export interface Refusal {
  readonly exit: number;
  readonly code: ErrorCode;
  readonly says?: readonly RegExp[];
}

export interface ProjectSpec {
  readonly dependencies?: readonly string[];
  readonly more?: string;
  readonly files?: Readonly<Record<string, string>>;
  /** Wheels to put into the index first. */
  readonly wheels?: readonly WheelSpec[];
}

/** The command line as its sources are now; one copy for all test files of a run. */
let compiled: string | undefined;

function compiledOnce(): string {
  if (compiled !== undefined) return compiled;
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "uvlambda-program-"));
  process.once("exit", () => fs.rmSync(folder, { recursive: true, force: true }));
  return (compiled = compile(folder));
}

/**
 * Compiles provider/ of `from` as it is now into `folder`, file by file and without checking types. Returns the entry
 * point.
 */
export function compile(folder: string, root = checkout): string {
  const from = path.join(root, "provider");
  const names = fs.readdirSync(from, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts"));
  for (const name of names) {
    const target = path.join(folder, "dist", name.replace(/\.ts$/, ".js"));
    const { outputText } = ts.transpileModule(fs.readFileSync(path.join(from, name), "utf8"), {
      compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022, esModuleInterop: true },
    });
    fs.mkdirSync(path.dirname(target), { recursive: true });
    fs.writeFileSync(target, outputText);
  }
  fs.copyFileSync(path.join(root, "schema.json"), path.join(folder, "schema.json"));
  fs.symlinkSync(path.join(checkout, "node_modules"), path.join(folder, "node_modules"));
  return path.join(folder, "dist", "cli.js");
}
