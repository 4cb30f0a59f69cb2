import * as path from "node:path";
import { isInside } from "../lib/paths.js";
import { readRegularIfAny } from "../lib/regularFile.js";

const everyProgram = ["/sdks"];

/** Files of a Pulumi program in its folder, by the runtime in Pulumi.yaml. The patterns are anchored to the folder. */
const programFiles: Readonly<Record<string, readonly string[]>> = {
  nodejs: [
    ...["/*.ts", "/*.js", "/*.mjs", "/*.cjs", "/*.mts", "/*.cts", "/bin", "/package.json", "/package-lock.json"],
    ...["/npm-shrinkwrap.json", "/yarn.lock", "/pnpm-lock.yaml", "/bun.lock", "/tsconfig*.json", "/eslint.config.*"],
  ],
  python: ["/__main__.py", "/requirements.txt"],
  go: ["/*.go", "/go.mod", "/go.sum"],
  dotnet: ["/*.cs", "/*.fs", "/*.vb", "/*.csproj", "/*.fsproj", "/*.vbproj", "/*.sln", "/bin", "/obj"],
  java: ["/pom.xml", "/*.gradle", "/*.gradle.kts", "/gradlew*", "/gradle", "/app", "/target"],
  yaml: ["/Main.yaml"],
};

export interface Exclusions {
  /** Absolute folders that never ship. */
  readonly folders: readonly string[];
  /** Patterns over own files, relative to the root of the archive. */
  readonly patterns: readonly string[];
}

/**
 * What must not ship because it belongs to the Pulumi program: usually the program's folder. That folder cannot be
 * left out when the function's own files (`ownFolder`) are in it. When they are directly in it, the program's files
 * are recognised by name.
 */
export function programExclusions(programFolder: string, ownFolder: string): Exclusions {
  if (!isInside(ownFolder, programFolder)) return { folders: [programFolder], patterns: [] };
  if (ownFolder !== programFolder) return { folders: [], patterns: [] };
  const runtime = programRuntime(programFolder);
  return { folders: [], patterns: [...everyProgram, ...(programFiles[runtime ?? ""] ?? [])] };
}

/** The `runtime` of the nearest Pulumi.yaml at or above `folder`; undefined when there is none. */
function programRuntime(folder: string): string | undefined {
  for (let at = folder; ; at = path.dirname(at)) {
    for (const name of ["Pulumi.yaml", "Pulumi.yml"]) {
      const text = readRegularIfAny(path.join(at, name))?.toString("utf8");
      if (text !== undefined) return runtimeIn(text);
    }
    if (at === path.dirname(at)) return undefined;
  }
}

/** `runtime: nodejs`, or a mapping with a `name`, in one line or in several. */
function runtimeIn(text: string): string | undefined {
  const plain = /^runtime:[ \t]*["']?(\w+)["']?[ \t]*(?:#.*)?$/m.exec(text);
  const mapping = /^runtime:[ \t]*(?:\{[^\n]*?\bname:|(?:#.*)?\n(?:[ \t].*\n)*?[ \t]+name:)[ \t]*["']?(\w+)/m.exec(
    text,
  );
  return (plain ?? mapping)?.[1];
}
