/** Content of an XML element: its text, or its children by name (an array when a name repeats). */
export type XmlValue = string | { [name: string]: XmlValue | XmlValue[] };

const TOKEN = /<(\/?)([A-Za-z0-9_:.-]+)([^>]*?)(\/?)>|([^<]+)/g;
const ENTITIES: Record<string, string> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

/** Reads the plain XML of AWS responses. Ignores attributes, comments and namespaces. */
export function parseXml(text: string): XmlValue {
  const root: Open = { name: "", text: "", children: {} };
  const stack: Open[] = [root];
  for (const [, closing, name = "", , empty, chars] of text.replace(/<[?!][^>]*>/g, "").matchAll(TOKEN)) {
    const current = stack[stack.length - 1]!;
    if (chars !== undefined) current.text += unescape(chars);
    else if (closing === "/") add(stack[stack.length - 2]!, stack.pop()!);
    else if (empty === "/") add(current, { name, text: "", children: {} });
    else stack.push({ name, text: "", children: {} });
  }
  return root.children;
}

/** The value at a path of names, or undefined. */
function xmlAt(value: XmlValue | XmlValue[] | undefined, ...path: string[]): XmlValue | XmlValue[] | undefined {
  let current = value;
  for (const name of path) {
    if (current === undefined || typeof current === "string" || Array.isArray(current)) return undefined;
    current = current[name];
  }
  return current;
}

export function xmlText(value: XmlValue | XmlValue[] | undefined, ...path: string[]): string | undefined {
  const found = xmlAt(value, ...path);
  return typeof found === "string" ? found : undefined;
}

/** The items of a list that XML shows as one child, several, or none. */
export function xmlList(value: XmlValue | XmlValue[] | undefined, ...path: string[]): XmlValue[] {
  const found = xmlAt(value, ...path);
  if (found === undefined) return [];
  return Array.isArray(found) ? found : [found];
}

interface Open {
  readonly name: string;
  text: string;
  readonly children: { [name: string]: XmlValue | XmlValue[] };
}

function add(parent: Open, child: Open): void {
  const value: XmlValue = Object.keys(child.children).length > 0 ? child.children : child.text;
  const present = parent.children[child.name];
  if (present === undefined) parent.children[child.name] = value;
  else if (Array.isArray(present)) present.push(value);
  else parent.children[child.name] = [present, value];
}

function unescape(text: string): string {
  return text.replace(/&(#x?[0-9a-fA-F]+|\w+);/g, (whole, code: string) => {
    if (code.startsWith("#x")) return String.fromCodePoint(parseInt(code.slice(2), 16));
    if (code.startsWith("#")) return String.fromCodePoint(parseInt(code.slice(1), 10));
    return ENTITIES[code] ?? whole;
  });
}
