import * as fs from "node:fs";
import * as os from "node:os";
import { intoSection } from "../section.js";
import { scenarios } from "./scenarios.js";
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
    const archives = this.rows.filter(({ workload }) => workload !== "image");
    const names = ["ours", "before", "recipe"].filter((name) =>
      archives.some(({ taken }) => taken[name] !== undefined),
    );
    const columns = names.flatMap((name) => [`${name}: time`, "CPU", "memory"]);
    const ratios = names.slice(1).map((name) => `ours / ${name}`);
    const head = ["", "", ...columns, ...ratios];
    const place = ({ scenario }: Row) => scenarios.findIndex(({ name }) => name === scenario);
    const rows = archives.sort((a, b) => a.workload.localeCompare(b.workload) || place(a) - place(b));
    return [`| ${head.join(" | ")} |`, `|${"---|".repeat(head.length)}`, ...rows.map((row) => line(row, names))].join(
      "\n",
    );
  }

  /** A row for each command: an image has more peers than columns have room. */
  imageTable(): string {
    const rows = this.rows
      .filter(({ workload }) => workload === "image")
      .flatMap(({ scenario, taken }) => Object.entries(taken).map(([name, one]) => [scenario, name, ...cellsOf(one)]));
    const head = ["", "", "time", "CPU", "memory"];
    return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
  }

  intoPage(page: string): void {
    const machine = `${os.cpus()[0]?.model ?? "unknown processor"}, ${os.availableParallelism()} processors, Node.js ${process.version}`;
    const has = (isImage: boolean) => this.rows.some(({ workload }) => (workload === "image") === isImage);
    if (has(false)) intoSection(page, "speed", `${this.table()}\n\nMeasured on ${machine}.`);
    if (has(true)) intoSection(page, "images", `${this.imageTable()}\n\nMeasured on ${machine}.`);
  }
}

function cellsOf({ wall, cpu, memory }: Taken): readonly string[] {
  return [`${wall.toFixed(2)} s`, `${cpu.toFixed(2)} s`, `${(memory / 1e6).toFixed(0)} MB`];
}

/** A row of the table. Cells of contestants that were not measured are empty. */
function line({ workload, scenario, taken }: Row, names: readonly string[]): string {
  const cells = names.flatMap((name) => {
    const one = taken[name];
    return one === undefined ? ["", "", ""] : cellsOf(one);
  });
  const ratios = names.slice(1).map((name) => {
    const one = taken[name];
    return one === undefined ? "" : `**${(taken[names[0]!]!.wall / one.wall).toFixed(2)}**`;
  });
  return `| ${[workload, scenario, ...cells, ...ratios].join(" | ")} |`;
}
