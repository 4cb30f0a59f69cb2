import { createHash } from "node:crypto";
import { readableSize } from "../../lib/messages/readableSize.js";
import { limitText, packageName, readableShare, suggestionText, totalsOf, zippedText } from "./contentsText.js";
import { pageStyle } from "./pageStyle.js";
import type { Report } from "./report.js";
import type { PackedFile, Share } from "./shares.js";
import { treemap } from "./treemap.js";

const picture = { x: 0, y: 0, width: 1200, height: 560 };
const colours = 8;
const listedFiles = 15;

/**
 * One HTML file without scripts or anything from outside: a map of the packages and a table with their largest files.
 */
export function contentsPage({ title, limit, shares, suggestions }: Report): string {
  const total = totalsOf(shares);
  const zipped = total.zipped === undefined ? "" : `, ${zippedText(total.zipped)} zipped`;
  const packages = shares.filter(({ name }) => name !== undefined).length;
  const summary = `${limitText(total.unzipped, limit)}${zipped}, ${total.files} files, ${packages} packages`;
  const styleHash = createHash("sha256").update(pageStyle).digest("base64");
  return [
    "<!doctype html>",
    '<html lang="en">',
    "<head>",
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-${styleHash}'">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${escape(title)}</title>`,
    `<style>${pageStyle}</style>`,
    "</head>",
    "<body>",
    `<h1>${escape(title)}</h1>`,
    `<p>${escape(summary)}. Areas show unzipped bytes.</p>`,
    svg(shares, total.unzipped),
    table(shares, total.unzipped),
    suggestionList(suggestions),
    "</body>",
    "</html>",
    "",
  ].join("\n");
}

function svg(shares: readonly Share[], whole: number): string {
  const boxes = treemap(
    shares.map(({ unzipped }) => unzipped),
    picture,
  );
  const items = shares.map((share, i) => {
    const { x, y, width, height } = boxes[i]!;
    const name = packageName(share);
    const label = `${name}: ${readableSize(share.unzipped)}, ${readableShare(share.unzipped, whole)}`;
    const size = `width="${round(width)}" height="${round(height)}"`;
    // A nested svg clips its text at the edge of the box.
    return (
      `<svg x="${round(x)}" y="${round(y)}" ${size}><title>${escape(label)}</title>` +
      `<rect class="${colourOf(share, i)}" width="100%" height="100%"/>${boxText(share, width, height)}</svg>`
    );
  });
  const described = `role="img" aria-label="Map of the packages by size"`;
  return [`<svg class="map" viewBox="0 0 ${picture.width} ${picture.height}" ${described}>`, ...items, "</svg>"].join(
    "\n",
  );
}

function boxText(share: Share, width: number, height: number): string {
  const name = packageName(share);
  // A clipped name could be mistaken for another one.
  if (height < 24 || width < 16 + 9 * name.length) return "";
  const first = `<text x="8" y="19">${escape(name)}</text>`;
  return height < 44 ? first : `${first}<text class="size" x="8" y="37">${readableSize(share.unzipped)}</text>`;
}

function colourOf({ name }: Share, index: number): string {
  return name === undefined ? "own" : `c${index % colours}`;
}

function table(shares: readonly Share[], whole: number): string {
  const rows = shares.map((share, i) => {
    const cells = `<td>${readableSize(share.unzipped)}</td><td>${zippedText(share.zipped)}</td>`;
    const bar = `<svg class="bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true"><rect class="${colourOf(share, i)}" width="${round((100 * share.unzipped) / (whole || 1))}" height="8"/></svg>`;
    return (
      `<tr><th scope="row">${bar}<details><summary>${escape(packageName(share))}</summary>${fileList(share.files)}</details></th>` +
      `${cells}<td>${share.files.length}</td><td>${readableShare(share.unzipped, whole)}</td></tr>`
    );
  });
  const head = ["package", "unzipped", "zipped", "files", "share"]
    .map((name) => `<th scope="col">${name}</th>`)
    .join("");
  return [`<table><thead><tr>${head}</tr></thead><tbody>`, ...rows, "</tbody></table>"].join("\n");
}

function suggestionList(suggestions: Report["suggestions"]): string {
  if (suggestions.length === 0) return "";
  const items = suggestions.map((suggestion) => `<li>${escape(suggestionText(suggestion))}</li>`);
  return `<h2>What could be left out</h2>\n<ul>${items.join("")}</ul>`;
}

function fileList(files: readonly PackedFile[]): string {
  const items = files
    .slice(0, listedFiles)
    .map(({ path, unzipped }) => `<li>${escape(path)} <span>${readableSize(unzipped)}</span></li>`);
  const more = files.length > listedFiles ? `<li>and ${files.length - listedFiles} more</li>` : "";
  return `<ul>${items.join("")}${more}</ul>`;
}

function round(value: number): string {
  return String(Math.round(value * 100) / 100);
}

/** Anybody may have made the archive that a file name comes from. */
function escape(text: string): string {
  const named: Readonly<Record<string, string>> = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "'": "&#39;",
  };
  return text.replace(/[&<>"']/g, (character) => named[character] ?? "");
}
