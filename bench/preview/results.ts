import * as fs from "node:fs";
import * as os from "node:os";
import { intoSection } from "../section.js";

/** What a command took, in seconds; `cpu` is that of all its processes. */
export interface Taken {
  readonly wall: number;
  readonly cpu: number;
}

/** A stack: its first update, and the least of its previews. */
export interface Stack {
  readonly firstUp: Taken;
  readonly preview: Taken;
}

export interface Row {
  readonly language: string;
  readonly count: number;
  /** How many previews the least is of. */
  readonly rounds: number;
  readonly ours: Stack;
  /** With the role, policy and log group that ours makes for each. */
  readonly byHand: Stack;
  /** The first update with one role for all, and no log groups. */
  readonly functionsOnly: Taken;
}

const head = [
  ...["program", "functions", "ours", "CPU", "by hand", "CPU", "ours / by hand", "CPU", "more for each"],
  ...["first `up`: ours", "by hand", "one role"],
];

/** Rows of a table. They are also kept in a file, so that several calls make one table. */
export class PreviewResults {
  private rows: Row[];

  constructor(private readonly file: string | undefined) {
    const isThere = file !== undefined && fs.existsSync(file);
    this.rows = isThere ? (JSON.parse(fs.readFileSync(file, "utf8")) as Row[]) : [];
  }

  add(row: Row): void {
    const isOther = ({ language, count }: Row) => language !== row.language || count !== row.count;
    this.rows = [...this.rows.filter(isOther), row];
    this.rows.sort((a, b) => a.language.localeCompare(b.language) || a.count - b.count);
    if (this.file !== undefined) fs.writeFileSync(this.file, JSON.stringify(this.rows, null, 2));
    console.log(line(row));
  }

  intoPage(page: string): void {
    const rounds = [...new Set(this.rows.map((row) => row.rounds))].sort((a, b) => b - a).join(" or ");
    const table = [`| ${head.join(" | ")} |`, `|${"---|".repeat(head.length)}`, ...this.rows.map(line)].join("\n");
    const machine = `${os.cpus()[0]?.model ?? "unknown processor"}, ${os.availableParallelism()} processors`;
    intoSection(page, "previews", `${table}\n\nThe least of ${rounds} previews; one first \`up\`. ${machine}.`);
  }
}

function line({ language, count, ours, byHand, functionsOnly }: Row): string {
  const [own, peer] = [ours.preview, byHand.preview];
  const ratio = (kind: keyof Taken) => `**${(own[kind] / peer[kind]).toFixed(2)}**`;
  const previews = [own.wall, own.cpu, peer.wall, peer.cpu].map((seconds) => `${seconds.toFixed(2)} s`);
  const more = `${(((own.wall - peer.wall) / count) * 1000).toFixed(0)} ms`;
  const ups = [ours.firstUp, byHand.firstUp, functionsOnly].map(({ wall }) => `${wall.toFixed(1)} s`);
  return `| ${[language, count, ...previews, ratio("wall"), ratio("cpu"), more, ...ups].join(" | ")} |`;
}
