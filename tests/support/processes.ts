import * as fs from "node:fs";

export interface RunningProcess {
  readonly pid: number;
  readonly command: string;
}

/** Whether /proc can be read, which {@link processesOf} needs. */
export const canListProcesses = fs.existsSync("/proc/self/environ");

/** The processes, other than this one, whose command line, working folder or environment names `marker`. */
export function processesOf(marker: string): RunningProcess[] {
  return fs
    .readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((name) => {
      const command = read(`/proc/${name}/cmdline`).replaceAll("\0", " ").trim();
      // A zombie has no command line: it has ended, and only waits for its parent.
      if (command === "") return [];
      const places = [command, read(`/proc/${name}/environ`), link(`/proc/${name}/cwd`)];
      return places.some((text) => text.includes(marker)) ? [{ pid: Number(name), command }] : [];
    });
}

function read(file: string): string {
  try {
    return fs.readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

function link(file: string): string {
  try {
    return fs.readlinkSync(file);
  } catch {
    return "";
  }
}
