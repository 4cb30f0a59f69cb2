/** What uv says on stderr, made readable for people and for patterns. */
export interface UvMessage {
  /** Lines without colours and the boxes that older versions draw; wrapping as it was. */
  readonly lines: readonly string[];
  /** All in one line: older versions wrap at 80 columns, wherever a pattern may look. */
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

/** Lines that only say what uv did, before it failed. */
const chatter =
  /^\s*(Using CPython|Using Python|Resolved \d|Prepared \d|Building |Built |Downloading |Downloaded |Updating |Updated )/;

/** The last lines that speak of the failure. */
export function lastLines({ lines }: UvMessage, count = 20): string {
  const told = lines.filter((line) => line.trim() !== "" && !chatter.test(line));
  return told.slice(-count).join("\n");
}

const lineStart = 200;
const lineEnd = 600;

/** Each line short enough to be read in an error; of a longer one the beginning and the end. */
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
