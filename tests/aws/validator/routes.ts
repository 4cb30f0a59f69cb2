import type { Operation, ServiceModel } from "./model.js";

export interface Match {
  readonly operation: Operation;
  readonly labels: Record<string, string>;
}

/** The REST operation that a method and URL mean. Where several fit, the one with the most fixed parts is meant. */
export function matchOperation(model: ServiceModel, method: string, url: string): Match | undefined {
  const { pathname, searchParams } = new URL(url, "http://local");
  let best: { match: Match; weight: number } | undefined;
  for (const operation of Object.values(model.operations)) {
    if (operation.http.method !== method) continue;
    const [path = "", query = ""] = operation.http.requestUri.split("?");
    const labels = matchPath(path, pathname);
    const fixed = [...new URLSearchParams(query)];
    if (
      labels === undefined ||
      !fixed.every(([name, value]) => searchParams.has(name) && (value === "" || searchParams.get(name) === value))
    ) {
      continue;
    }
    const weight = path.split("/").filter((part) => part !== "" && !part.startsWith("{")).length * 10 + fixed.length;
    if (best === undefined || weight > best.weight) best = { match: { operation, labels }, weight };
  }
  return best?.match;
}

function matchPath(template: string, path: string): Record<string, string> | undefined {
  const names: string[] = [];
  const pattern = template
    .replace(/\/$/, "")
    .replace(/[.*+?^$()|[\]\\]/g, "\\$&")
    .replace(/\{([^}]+)\}/g, (_whole, label: string) => {
      const greedy = /\\?\+$/.test(label);
      names.push(label.replace(/\\?\+$/, ""));
      return greedy ? "(.+)" : "([^/]+)";
    });
  const found = new RegExp(`^${pattern}/?$`).exec(path);
  if (found === null) return undefined;
  return Object.fromEntries(names.map((name, index) => [name, decodeURIComponent(found[index + 1] ?? "")]));
}
