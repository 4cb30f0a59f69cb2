import * as fs from "node:fs";
import * as path from "node:path";

/** How a stand-in for docker behaves. Default: everything works. */
export interface FakeBehaviour {
  /** Output of `docker image inspect`. Absent: there is no such image. */
  readonly has?: string;
  /** Calls that fail, by their first word, with their message and exit code. */
  readonly fails?: { readonly command: string; readonly says: string; readonly code: number };
  /** Output of `docker info`. */
  readonly security?: string;
  /** Text that `docker run` prints to stderr, in addition to the program in it. */
  readonly noise?: string;
  /** `docker run` waits for ever. */
  readonly hangs?: boolean;
}

export interface FakeCall {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/**
 * A `docker` that runs programs on this machine, with only the environment that a container would get. Folders have the
 * same path inside and outside, so the result is the real one.
 */
export class FakeDocker {
  readonly bin: string;
  private readonly log: string;

  constructor(folder: string, behaviour: FakeBehaviour = {}) {
    this.bin = path.join(folder, "bin");
    this.log = path.join(folder, "calls");
    fs.mkdirSync(this.bin, { recursive: true });
    const script = `#!${process.execPath}\nconst behaviour = ${JSON.stringify(behaviour)};\nconst log = ${JSON.stringify(this.log)};\n${program}`;
    fs.writeFileSync(path.join(this.bin, "docker"), script, { mode: 0o755 });
  }

  calls(command?: string): FakeCall[] {
    if (!fs.existsSync(this.log)) return [];
    const lines = fs.readFileSync(this.log, "utf8").split("\n").filter(Boolean);
    const all = lines.map((line) => JSON.parse(line) as FakeCall);
    return command === undefined ? all : all.filter(({ argv }) => argv[0] === command);
  }
}

/** Values of an option that may be given several times. */
export function valuesOf({ argv }: FakeCall, option: string): string[] {
  return argv.filter((_, i) => argv[i - 1] === option);
}

const program = `
const fs = require("node:fs");
const { spawnSync } = require("node:child_process");
const argv = process.argv.slice(2);
fs.appendFileSync(log, JSON.stringify({ argv, env: process.env }) + "\\n");
const { fails } = behaviour;
if (fails && fails.command === argv[0]) {
  process.stderr.write(fails.says + "\\n");
  process.exit(fails.code);
}
if (argv[0] === "info") console.log(behaviour.security || '["name=seccomp,profile=default"]');
if (argv[0] === "image") behaviour.has ? console.log(behaviour.has) : process.exit(1);
if (argv[0] === "run") run(argv.slice(1));

function run(args) {
  if (behaviour.noise) process.stderr.write(behaviour.noise + "\\n");
  if (behaviour.hangs) return setInterval(() => {}, 1000);
  const env = { PATH: process.env.PATH };
  let program, folder;
  while (args[0].startsWith("--")) {
    const option = args.shift();
    if (option === "--rm") continue;
    const value = args.shift();
    if (option === "--workdir") folder = value;
    if (option === "--mount" && /target=.uvlambda.uv,/.test(value)) program = /source=([^,]*)/.exec(value)[1];
    if (option === "--env") {
      const [name, given] = value.split(/=(.*)/s);
      env[name] = given === undefined ? process.env[name] : given;
    }
  }
  // Without the image's name. Any interpreter here replaces the image's own.
  const rest = args.slice(1).map((arg) => (/^--python=3\\.\\d+$/.test(arg) ? "--python=>=3.8" : arg));
  const child = spawnSync(program, rest, { cwd: folder, env, stdio: "inherit" });
  process.exit(child.status === null ? 137 : child.status);
}
`;
