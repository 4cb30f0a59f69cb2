import type { HttpCall } from "./call.js";
import type { Operation, ServiceModel } from "./model.js";

export interface Match {
  readonly operation: Operation;
  readonly labels: Record<string, string>;
}

/**
 * The REST operation of a request. If several match, the one with the most fixed parts wins. Among equals, it is one
 * whose required members are all there: only a header distinguishes S3's CopyObject from PutObject.
 */
export function matchOperation(model: ServiceModel, call: HttpCall): Match | undefined {
  const { pathname, searchParams } = new URL(call.url, "http://local");
  let best: { match: Match; weight: number } | undefined;
  for (const operation of Object.values(model.operations)) {
    if (operation.http.method !== call.method) continue;
    const [path = "", query = ""] = operation.http.requestUri.split("?");
    const labels = matchPath(path, pathname);
    const fixed = [...new URLSearchParams(query)];
    if (
      labels === undefined ||
      !fixed.every(([name, value]) => searchParams.has(name) && (value === "" || searchParams.get(name) === value))
    ) {
      continue;
    }
    const parts = path.split("/").filter((part) => part !== "" && !part.startsWith("{")).length * 10 + fixed.length;
    const weight = parts - (isComplete(model, operation, searchParams, call.headers) ? 0 : 0.5);
    if (best === undefined || weight > best.weight) best = { match: { operation, labels }, weight };
  }
  return best?.match;
}

function isComplete(
  model: ServiceModel,
  { input }: Operation,
  query: URLSearchParams,
  headers: HttpCall["headers"],
): boolean {
  const { required = [], members = {} } = model.shapes[input?.shape ?? ""] ?? {};
  return required.every((name) => {
    const { location, locationName = name } = members[name] ?? {};
    if (location === "querystring") return query.has(locationName);
    return location !== "header" || headers[locationName.toLowerCase()] !== undefined;
  });
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
