import { blockLines, isNeverRun } from "../handler/python/pythonImports.js";
import { readLogicalLines, TokenError, type LogicalLine, type Token } from "../handler/python/pythonTokens.js";

/** Functions that take a path, by the last part of their names. */
const readers = new Set(
  (
    "open Path PurePath PosixPath join joinpath with_name read_text read_bytes read_binary open_text open_binary " +
    "get_data resource_filename resource_string resource_stream fileConfig from_file send_file FileResponse " +
    "send_from_directory"
  ).split(" "),
);

/** Methods that do the same with a file inside of an archive or a store. */
const otherOwners = /^_?z$|^_?zf$|zip|tar|archive|bucket|s3|fs$/i;

/** Lines that write the file, or work without it. */
const otherUses = new Set("write_text write_bytes touch unlink remove mkdir exists is_file isfile".split(" "));

const fileErrors = new Set("FileNotFoundError OSError IOError EnvironmentError Exception BaseException".split(" "));

/** Functions that look for their file in a folder of templates. */
const renderers = new Set("render render_to_string render_template get_template TemplateResponse".split(" "));

export interface NamedFile {
  /** As in the code, without `.` and `..`: where it begins is not known. */
  readonly path: string;
  readonly isTemplate: boolean;
}

/**
 * Files that the code of a module names where it opens them or makes a path: `open("a.json")`,
 * `HERE / "data" / "a.json"`, `f"{HERE}/a.json"`, `PROMPT_FILE = "a.md"`. Nothing hidden, and no modules. Empty if
 * the source cannot be parsed.
 */
export function namedFiles(source: string): NamedFile[] {
  if (!/\.[A-Za-z]\w*["']/.test(source)) return [];
  try {
    const lines = readLogicalLines(source);
    const skipped = blockLines(lines, (_, at) => isNeverRun(lines[at]!.tokens) || mayFail(lines, at));
    return lines.flatMap(({ tokens }, i) => (skipped.has(i) || isOtherUse(tokens) ? [] : namedInLine(tokens)));
  } catch (error) {
    if (!(error instanceof TokenError)) throw error;
    return [];
  }
}

/** A `try` that expects that the file is not there. */
function mayFail(lines: readonly LogicalLine[], at: number): boolean {
  const { tokens, indent } = lines[at]!;
  if (tokens[0]?.text !== "try") return false;
  for (const { indent: next, tokens: head } of lines.slice(at + 1)) {
    if (next > indent) continue;
    if (next < indent || head[0]?.text !== "except") return false;
    if (head[1]?.text === ":" || head.some(({ text }) => fileErrors.has(text))) return true;
  }
  return false;
}

function namedInLine(tokens: readonly Token[]): NamedFile[] {
  const callees: string[] = [];
  return tokens.flatMap((token, i) => {
    if (token.kind === "operator" && "([{".includes(token.text)) {
      const before = tokens[i - 1];
      callees.push(token.text === "(" && before?.kind === "name" ? calleeAt(tokens, i - 1) : "");
    } else if (token.kind === "operator" && ")]}".includes(token.text)) callees.pop();
    if (token.kind !== "string") return [];
    const callee = callees.at(-1) ?? "";
    const isTemplate = renderers.has(callee);
    const isMeant = isTemplate || readers.has(callee) || tokens[i - 1]?.text === "/" || isConstant(tokens, i);
    const path = isMeant && !isWritten(tokens, i) ? pathAt(tokens, i) : undefined;
    return path === undefined ? [] : [{ path, isTemplate }];
  });
}

/** `config.read` of configparser opens files. Otherwise what is read is anything. */
function calleeAt(tokens: readonly Token[], i: number): string {
  const name = tokens[i]!.text;
  const owner = tokens[i - 1]?.text === "." ? (tokens[i - 2]?.text ?? "") : "";
  if (name === "read") return /config|cfg|parser/i.test(owner) ? "open" : "";
  return otherOwners.test(owner) ? "" : name;
}

/** `/tmp` and folders of `tempfile` are where a function writes. */
function isOtherUse(tokens: readonly Token[]): boolean {
  return tokens.some(
    ({ kind, text }) =>
      otherUses.has(text) || (kind === "string" && /["'}]\/tmp\b/.test(text)) || isTemporaryName(text),
  );
}

function isTemporaryName(text: string): boolean {
  return /(^|_)te?mp(_|dir|file|path|$)|temporary/i.test(text);
}

function isConstant(tokens: readonly Token[], i: number): boolean {
  return i === 2 && tokens.length === 3 && tokens[1]?.text === "=" && /(file|path)(_?name)?$/i.test(tokens[0]!.text);
}

/** `open("a.json", "w")` */
function isWritten(tokens: readonly Token[], i: number): boolean {
  const mode = tokens[i + 1]?.text === "," ? tokens[i + 2] : undefined;
  return mode?.kind === "string" && /^["'][wax]/.test(mode.text);
}

/** The string and those in front of it: `"data" / "a.json"`, `"data", "a.json"`. */
function pathAt(tokens: readonly Token[], i: number): string | undefined {
  const last = textOf(tokens[i]!);
  // What follows would be in the folder.
  if (last === undefined || (tokens[i + 1]?.text === "/" && tokens[i + 2]?.kind === "string")) return undefined;
  const parts = [last];
  for (let at = i - 2; tokens[at]?.kind === "string" && ["/", ","].includes(tokens[at + 1]!.text); at -= 2) {
    const text = textOf(tokens[at]!);
    if (text === undefined) break;
    parts.unshift(text);
  }
  const names = parts.join("/").split("/");
  const path = names.filter((name) => name !== "" && name !== "." && name !== "..").join("/");
  const isFile = /(^|\/)[^./][^/]*\.[A-Za-z]\w*$/.test(path) && !/\.py$|[*?{}<>|:\\\n]/.test(path);
  return isFile ? path : undefined;
}

/** The content of a string. Of an f-string only what follows its last field. Undefined for bytes and absolute paths. */
function textOf({ text, fields = [] }: Token): string | undefined {
  const [, prefix = "", quote = ""] = /^(\w*)("""|'''|"|')/.exec(text) ?? [];
  if (/[bt]/i.test(prefix)) return undefined;
  const content = text.slice(prefix.length + quote.length, -quote.length);
  if (fields.length === 0) return content.startsWith("/") ? undefined : content;
  const rest = content.slice(content.lastIndexOf("}") + 1);
  return rest.startsWith("/") ? rest.slice(1) : undefined;
}
