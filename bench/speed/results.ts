import * as fs from "node:fs";
import * as os from "node:os";
import { intoSection } from "../section.js";
import type { Taken } from "./contestants.js";

interface Row {
  readonly workload: string;
  readonly scenario: string;
  readonly taken: Readonly<Record<string, Taken>>;
}

/** Rows of a table; in a file, too, so that several calls make one table. */
export class Results {
  private rows: Row[];

  constructor(private readonly file: string | undefined) {
    const isThere = file !== undefined && fs.existsSync(file);
    this.rows = isThere ? (JSON.parse(fs.readFileSync(file, "utf8")) as Row[]) : [];
  }

  add(workload: string, scenario: string, taken: Row["taken"]): void {
    this.rows = this.rows.filter((row) => row.workload !== workload || row.scenario !== scenario);
    this.rows.push({ workload, scenario, taken });
    if (this.file !== undefined) fs.writeFileSync(this.file, JSON.stringify(this.rows, null, 2));
    console.error(line(this.rows.at(-1)!));
  }

  table(): string {
    const names = [...new Set(this.rows.flatMap(({ taken }) => Object.keys(taken)))];
    const columns = names.flatMap((name) => [`${name}: time`, "CPU", "memory"]);
    const ratios = names.slice(1).map((name) => `ours / ${name}`);
    const head = ["", "", ...columns, ...ratios];
    const rows = [...this.rows].sort((a, b) => a.workload.localeCompare(b.workload));
    return [`| ${head.join(" | ")} |`, `|${"---|".repeat(head.length)}`, ...rows.map(line)].join("\n");
  }

  intoPage(page: string): void {
    const machine = `${os.cpus()[0]?.model ?? "unknown processor"}, ${os.availableParallelism()} processors, Node.js ${process.version}`;
    intoSection(page, "speed", `${this.table()}\n\nMeasured on ${machine}.`);
  }
}

function line({ workload, scenario, taken }: Row): string {
  const all = Object.values(taken);
  const cells = all.flatMap(({ wall, cpu, memory }) => [
    `${wall.toFixed(2)} s`,
    `${cpu.toFixed(2)} s`,
    `${(memory / 1e6).toFixed(0)} MB`,
  ]);
  const [ours, ...others] = all;
  const ratios = others.map(({ wall }) => `**${(ours!.wall / wall).toFixed(2)}**`);
  return `| ${[workload, scenario, ...cells, ...ratios].join(" | ")} |`;
}
