import * as fs from "node:fs";
import * as os from "node:os";
import { intoSection } from "../section.js";
import type { Taken } from "./contestants.js";

interface Row {
  readonly workload: string;
  readonly scenario: string;
  readonly taken: Readonly<Record<string, Taken>>;
}

/** Rows of a table. They are also kept in a file, so that several calls make one table. */
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
    console.error(line(this.rows.at(-1)!, Object.keys(taken)));
  }

  table(): string {
    const names = ["ours", "before", "recipe"].filter((name) =>
      this.rows.some(({ taken }) => taken[name] !== undefined),
    );
    const columns = names.flatMap((name) => [`${name}: time`, "CPU", "memory"]);
    const ratios = names.slice(1).map((name) => `ours / ${name}`);
    const head = ["", "", ...columns, ...ratios];
    const rows = [...this.rows].sort((a, b) => a.workload.localeCompare(b.workload));
    return [`| ${head.join(" | ")} |`, `|${"---|".repeat(head.length)}`, ...rows.map((row) => line(row, names))].join(
      "\n",
    );
  }

  intoPage(page: string): void {
    const machine = `${os.cpus()[0]?.model ?? "unknown processor"}, ${os.availableParallelism()} processors, Node.js ${process.version}`;
    intoSection(page, "speed", `${this.table()}\n\nMeasured on ${machine}.`);
  }
}

/** A row of the table. Cells of contestants that were not measured are empty. */
function line({ workload, scenario, taken }: Row, names: readonly string[]): string {
  const cells = names.flatMap((name) => {
    const one = taken[name];
    if (one === undefined) return ["", "", ""];
    return [`${one.wall.toFixed(2)} s`, `${one.cpu.toFixed(2)} s`, `${(one.memory / 1e6).toFixed(0)} MB`];
  });
  const ratios = names.slice(1).map((name) => {
    const one = taken[name];
    return one === undefined ? "" : `**${(taken["ours"]!.wall / one.wall).toFixed(2)}**`;
  });
  return `| ${[workload, scenario, ...cells, ...ratios].join(" | ")} |`;
}
