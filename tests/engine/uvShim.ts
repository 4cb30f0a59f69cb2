import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { readIfThere } from "../support/commands.js";
import { checkout } from "../support/machine.js";

/** A stand-in for the uv binary that records every call and then becomes the real one. */
export interface UvShim {
  readonly path: string;
  /** The arguments of each call so far, one string for each call. */
  calls(): string[];
  /** Calls that install third-party packages. Those for wheels of local packages do not count. */
  installs(): string[];
  /** From now on each install waits, until `release`. */
  hold(): void;
  release(): void;
  /** How many installs have waited so far. */
  held(): number;
}

/** Writes the shim into `folder` (made when missing). */
export function makeUvShim(folder: string, realUv: string): UvShim {
  fs.mkdirSync(folder, { recursive: true });
  const at = (name: string): string => path.join(folder, name);
  const script = [
    "#!/bin/sh",
    `printf '%s\\n' "$*" >>'${at("calls")}'`,
    'case "$*" in *.whl*) ;; *"pip install"*)',
    `  if [ -f '${at("hold")}' ]; then echo "$$" >>'${at("held")}'; fi`,
    `  while [ -f '${at("hold")}' ]; do sleep 0.2; done;;`,
    "esac",
    `exec '${realUv}' "$@"`,
    "",
  ].join("\n");
  fs.writeFileSync(at("uv.sh"), script);
  fs.copyFileSync(shimBinary(), at("uv"));
  const lines = (name: string): string[] =>
    readIfThere(at(name))
      .split("\n")
      .filter((line) => line !== "");
  return {
    path: at("uv"),
    calls: () => lines("calls"),
    installs: () => lines("calls").filter((call) => call.includes("pip install") && !call.includes(".whl")),
    hold: () => fs.writeFileSync(at("hold"), ""),
    release: () => fs.rmSync(at("hold"), { force: true }),
    held: () => lines("held").length,
  };
}

/**
 * Compiled once for each checkout. The plugin asks a script in place of uv for its version every time, a binary once.
 */
function shimBinary(): string {
  const source = path.join(checkout, "tests", "engine", "uvShim", "main.go");
  const hash = createHash("sha256").update(fs.readFileSync(source)).digest("hex").slice(0, 16);
  const binary = path.join(checkout, "node_modules", ".cache", "uvlambda-uv-shim", hash);
  if (fs.existsSync(binary)) return binary;
  const fresh = `${binary}.${process.pid}`;
  execFileSync("go", ["build", "-o", fresh, source], { env: { ...process.env, CGO_ENABLED: "0", GO111MODULE: "off" } });
  fs.renameSync(fresh, binary);
  return binary;
}

/** A uv that only prints a version. Returns its path. */
export function makeOldUv(folder: string, version: string): string {
  fs.mkdirSync(folder, { recursive: true });
  const file = path.join(folder, "uv");
  const json = `{"package_name":"uv","version":"${version}","commit_info":null}`;
  const script = `#!/bin/sh\ncase "$*" in *json*) echo '${json}';; *) echo 'uv ${version}';; esac\n`;
  fs.writeFileSync(file, script, { mode: 0o755 });
  return file;
}
