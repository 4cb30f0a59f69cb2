import { findModule } from "../modules.js";
import { isOwnModule } from "../proposals.js";
import type { Shipped } from "../shipped.js";
import type { FindDefinition, NameInModule, UnusableObject } from "./unusableObjects.js";
import type { ModuleNames } from "../python/pythonNames.js";

/** How a web server calls an application, which the Lambda runtime does not. */
interface Protocol {
  readonly name: "ASGI" | "WSGI";
  /** The package that makes a handler of an application. */
  readonly adapter: { readonly package: string; readonly module: string; readonly call: string };
}

const asgi: Protocol = { name: "ASGI", adapter: { package: "mangum", module: "mangum", call: "Mangum" } };
const wsgi: Protocol = {
  name: "WSGI",
  adapter: { package: "apig-wsgi", module: "apig_wsgi", call: "make_lambda_handler" },
};

/** Calls that make an application. Not here: those of Chalice and Powertools, which Lambda can call. */
const makers: ReadonlyMap<string, Protocol> = new Map([
  ...(
    "blacksheep.Application django.core.asgi.get_asgi_application falcon.asgi.App fastapi.FastAPI " +
    "fastapi.applications.FastAPI litestar.Litestar quart.Quart sanic.Sanic starlette.applications.Starlette"
  )
    .split(" ")
    .map((call) => [call, asgi] as const),
  ...(
    "bottle.Bottle django.core.handlers.wsgi.WSGIHandler django.core.wsgi.get_wsgi_application falcon.API falcon.App " +
    "flask.Flask flask.app.Flask"
  )
    .split(" ")
    .map((call) => [call, wsgi] as const),
]);

/** `app = FastAPI()`, also made by a function of the project: it needs an adapter. */
export async function webApplication(
  shipped: Shipped,
  at: NameInModule,
  find: FindDefinition,
): Promise<UnusableObject | undefined> {
  const made = at.names.assigned.get(at.name);
  if (made?.kind !== "call" || made.attribute !== undefined) return undefined;
  const protocol = protocolOf(shipped, at.names, made.parts) ?? (await ofFactory(shipped, at, made.parts, find));
  if (protocol === undefined) return undefined;
  return { what: `but it is a web application (${protocol.name})`, hint: adapt(shipped, at, protocol) };
}

/** `app = create_app()`. */
async function ofFactory(
  shipped: Shipped,
  at: NameInModule,
  [name = "", ...more]: readonly string[],
  find: FindDefinition,
): Promise<Protocol | undefined> {
  const found = more.length === 0 ? await find(at, name) : undefined;
  const parts = found?.names.makers.get(found.name);
  return found && parts && protocolOf(shipped, found.names, parts);
}

function protocolOf(shipped: Shipped, names: ModuleNames, parts: readonly string[]): Protocol | undefined {
  const call = importedCall(names, parts);
  const protocol = call === undefined ? undefined : makers.get(call);
  return protocol !== undefined && !isOwnModule(shipped, call!.split(".")[0]!) ? protocol : undefined;
}

/** What is called, by its full name. */
function importedCall(names: ModuleNames, [first = "", ...more]: readonly string[]): string | undefined {
  if (names.rebound.has(first)) return undefined;
  const imported = names.imported.get(first);
  if (imported !== undefined)
    return imported.level === 0 ? [imported.module, imported.name, ...more].join(".") : undefined;
  const module = names.modules.get(first);
  return module && [module, ...more].join(".");
}

function adapt(shipped: Shipped, { path, name, names }: NameInModule, { adapter }: Protocol): string {
  const module = path.replace(/(\/__init__)?\.py$/, "").replaceAll("/", ".");
  const maker = `${adapter.module}.${adapter.call}`;
  for (const [other, value] of names.assigned)
    if (value.kind === "call" && value.attribute === undefined && importedCall(names, value.parts) === maker)
      return `set \`handler: "${module}.${other}"\``;
  const free = ["handler", "lambda_handler"].find((one) => !names.names.has(one)) ?? `${name}_handler`;
  const added = findModule(shipped.paths, adapter.module) === undefined ? `run \`uv add ${adapter.package}\`, ` : "";
  const lines = `\`from ${adapter.module} import ${adapter.call}\` and \`${free} = ${adapter.call}(${name})\``;
  return `${added}add ${lines} to ${path}, and set \`handler: "${module}.${free}"\``;
}
