/** uv's output on stderr, made readable for people and patterns. */
export interface UvMessage {
  /** Lines without colours and without the boxes of older versions. Line breaks are kept. */
  readonly lines: readonly string[];
  /** Everything in one line: older versions wrap at 80 columns, even in the middle of what a pattern matches. */
  readonly flat: string;
}

const colours = /\u001b\[[0-9;?]*[A-Za-z]/g;
const boxes = /^\s*(?:[×│├╰─▶]+[─▶]*\s?)+/;

export function readStderr(stderr: string): UvMessage {
  const lines = stderr
    .replace(colours, "")
    .split(/\r?\n/)
    .map((line) => line.replace(boxes, "  ").trimEnd());
  return {
    lines,
    flat: lines
      .map((line) => line.trim())
      .filter(Boolean)
      .join(" "),
  };
}

/** Lines about what uv did before it failed. */
const chatter =
  /^\s*(Using CPython|Using Python|Resolved \d|Prepared \d|Building |Built |Downloading |Downloaded |Updating |Updated )/;

/** The last lines about the failure. */
export function lastLines({ lines }: UvMessage, count = 20): string {
  const useful = lines.filter((line) => line.trim() !== "" && !chatter.test(line));
  return useful.slice(-count).join("\n");
}

const lineStart = 200;
const lineEnd = 600;

/** Shortens lines for an error message: of a long line, the beginning and the end are kept. */
export function shortLines(text: string): string {
  return text
    .split("\n")
    .map((line) =>
      line.length <= lineStart + lineEnd + 50
        ? line
        : `${line.slice(0, lineStart)} [${line.length - lineStart - lineEnd} characters] ${line.slice(-lineEnd)}`,
    )
    .join("\n");
}
