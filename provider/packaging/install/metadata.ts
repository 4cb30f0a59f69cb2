import { compareBytes } from "../../lib/byteOrder.js";
import { redactUrl } from "../../lib/redaction/redact.js";

/** Headers of a METADATA or WHEEL file in their order; the body is the description. */
export type Headers = readonly (readonly [name: string, value: string])[];

export function parseHeaders(text: string): Headers {
  const headers: [string, string][] = [];
  for (const line of text.split(/\r?\n/)) {
    if (line.trim() === "") break;
    const last = headers.at(-1);
    const colon = line.indexOf(":");
    if (/^\s/.test(line) && last !== undefined) last[1] += `\n${line.trim()}`;
    else if (colon > 0) headers.push([line.slice(0, colon), line.slice(colon + 1).trim()]);
  }
  return headers;
}

/** Values of all headers of that name, whatever its case. */
function headerValues(headers: Headers, name: string): string[] {
  return headers.filter(([key]) => key.toLowerCase() === name.toLowerCase()).map(([, value]) => value);
}

export function headerValue(headers: Headers, name: string): string | undefined {
  return headerValues(headers, name)[0];
}

/**
 * METADATA of a package that was built here: what `importlib.metadata` returns at run time. It leaves out everything
 * that depends on the backend's version or repeats the README, so that neither changes what is deployed.
 */
export function stableMetadata(original: Headers): string {
  const one = (name: string) => headerValues(original, name).slice(0, 1);
  const headers: [string, string[]][] = [
    ["Metadata-Version", ["2.1"]],
    ["Name", one("Name")],
    ["Version", one("Version")],
    ["Summary", one("Summary").map((text) => text.replace(/\s+/g, " "))],
    ["Requires-Python", one("Requires-Python").map((text) => text.replace(/\s+/g, ""))],
    ["Requires-Dist", unique(headerValues(original, "Requires-Dist").map(plainRequirement))],
    ["Provides-Extra", unique(headerValues(original, "Provides-Extra"))],
  ];
  return headers.flatMap(([name, values]) => values.map((value) => `${name}: ${value}\n`)).join("");
}

/** Our own WHEEL, with the tags from the backend. */
export function stableWheel(original: Headers): string {
  const purelib = headerValue(original, "Root-Is-Purelib")?.toLowerCase() === "false" ? "false" : "true";
  const tags = unique(headerValues(original, "Tag")).map((tag) => `Tag: ${tag}\n`);
  return `Wheel-Version: 1.0\nGenerator: uvlambda\nRoot-Is-Purelib: ${purelib}\n${tags.join("")}`;
}

/** entry_points.txt with groups and names sorted: their order means nothing, and backends differ in it. */
export function stableEntryPoints(original: string): string {
  const groups = new Map<string, string[]>();
  let current: string[] = [];
  for (const line of original.split(/\r?\n/).map((text) => text.trim())) {
    const group = /^\[(.*)\]$/.exec(line)?.[1]?.trim();
    if (group !== undefined) groups.set(group, (current = groups.get(group) ?? []));
    else if (line !== "" && !/^[#;]/.test(line)) current.push(spaced(line));
  }
  return [...groups]
    .sort(([a], [b]) => compareBytes(a, b))
    .map(
      ([group, lines]) =>
        `[${group}]\n${unique(lines)
          .map((line) => `${line}\n`)
          .join("")}`,
    )
    .join("\n");
}

/** `name=module:function` with spaces around its first equals sign. */
function spaced(line: string): string {
  const at = line.indexOf("=");
  return at < 0 ? line : `${line.slice(0, at).trimEnd()} = ${line.slice(at + 1).trimStart()}`;
}

/** Backends differ in spaces and quotes: `x (>=1) ; extra == "a"` is `x>=1; extra == 'a'`. */
function plainRequirement(text: string): string {
  const [requirement = "", ...marker] = text.split(";");
  // The space before a URL's marker is part of the syntax, so requirements with URLs are not changed.
  if (requirement.includes("@")) return redactUrl(text.replace(/\s+/g, " "));
  const plain = requirement.replace(/[\s()]+/g, "");
  if (marker.length === 0) return plain;
  return `${plain}; ${marker.join(";").trim().replace(/\s+/g, " ").replaceAll('"', "'")}`;
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)].sort(compareBytes);
}
