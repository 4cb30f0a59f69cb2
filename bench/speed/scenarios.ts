import * as fs from "node:fs";
import * as path from "node:path";
import { run, uv, uvEnvironment, type Contestant, type Place } from "./contestants.js";
import { writeWorkspace } from "./workloads.js";

/** A situation in which every contestant builds the workload. */
export interface Scenario {
  readonly name: string;
  /** The workloads that it is for. Default: all. */
  readonly only?: readonly string[];
  readonly bytecode?: boolean;
  /** Puts the workspace into the state to build, before each round. Returns its folder. */
  prepare(workspace: Workspace, round: number): string;
  /** What a contestant forgets before it builds. */
  readonly forgets?: "own" | "everything";
}

/** The workspace of a workload with a lock for every version of the package that is bumped. */
export class Workspace {
  readonly folder: string;
  private copies = 0;

  constructor(private readonly place: Place) {
    this.folder = path.join(place.folder, "workspace");
    const { versions } = place.workload.bumped;
    for (const version of [...versions].reverse()) {
      this.write(version);
      run([uv, "lock", "--quiet"], this.folder, uvEnvironment(place));
      fs.copyFileSync(path.join(this.folder, "uv.lock"), this.lockOf(version));
    }
  }

  /** Pins another version. */
  bump(round: number): string {
    const { versions } = this.place.workload.bumped;
    const version = versions[round % versions.length]!;
    this.write(version);
    fs.copyFileSync(this.lockOf(version), path.join(this.folder, "uv.lock"));
    return this.folder;
  }

  edit(): string {
    fs.appendFileSync(path.join(this.folder, this.place.workload.edited), "# another line\n");
    return this.folder;
  }

  touch(): string {
    const now = new Date();
    for (const name of fs.readdirSync(this.folder, { recursive: true, encoding: "utf8" }))
      fs.utimesSync(path.join(this.folder, name), now, now);
    return this.folder;
  }

  checkout(): string {
    const copy = `${this.folder}-${++this.copies}`;
    fs.cpSync(this.folder, copy, { recursive: true });
    return copy;
  }

  /** Fills uv's cache, so that it is the same for every contestant. */
  download(contestant: Contestant): void {
    const { name, versions } = this.place.workload.bumped;
    contestant.build(this.bump(0), {});
    const folder = path.join(this.place.folder, "downloaded");
    fs.mkdirSync(folder);
    for (const version of versions)
      run(
        [uv, "pip", "install", "--quiet", "--target", folder, `${name}==${version}`],
        folder,
        uvEnvironment(this.place),
      );
  }

  private write(version: string): void {
    writeWorkspace(this.folder, this.place.workload, version);
  }

  private lockOf(version: string): string {
    return path.join(this.place.folder, `uv-${version}.lock`);
  }
}

export const scenarios: readonly Scenario[] = [
  { name: "from nothing", forgets: "own", prepare: ({ folder }) => folder },
  { name: "from nothing, bytecode", only: ["W1"], bytecode: true, forgets: "own", prepare: ({ folder }) => folder },
  { name: "unchanged", prepare: ({ folder }) => folder },
  { name: "touched", prepare: (workspace) => workspace.touch() },
  { name: "edited", prepare: (workspace) => workspace.edit() },
  { name: "second checkout", prepare: (workspace) => workspace.checkout() },
  { name: "bumped", prepare: (workspace, round) => workspace.bump(round + 1) },
  { name: "empty machine", only: ["W1"], forgets: "everything", prepare: ({ folder }) => folder },
];
