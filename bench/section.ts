import * as fs from "node:fs";

/** Puts measured text between the marks of a page, `<!-- measured: NAME -->` and `<!-- end: NAME -->`. */
export function intoSection(page: string, name: string, text: string): void {
  const [begin, end] = [`<!-- measured: ${name} -->`, `<!-- end: ${name} -->`];
  const old = fs.readFileSync(page, "utf8");
  const [from, to] = [old.indexOf(begin), old.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${page} has no section "${begin}" ... "${end}"`);
  fs.writeFileSync(page, `${old.slice(0, from)}${begin}\n\n${text}\n\n${old.slice(to)}`);
}
