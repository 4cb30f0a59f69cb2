import Module, { createRequire } from "node:module";

/**
 * Keeps @pulumi/pulumi from loading what it needs only to serialise functions (the TypeScript compiler and npm's
 * dependency resolver), which a plugin never does: two thirds of the time until the first function is constructed.
 * To be called before the whole of @pulumi/pulumi is loaded.
 */
export function leaveOutFunctionSerializer(): void {
  const pulumi = createRequire(require.resolve("@pulumi/pulumi/package.json"));
  for (const module of ["./typescript-shim.js", "@npmcli/arborist"]) {
    const file = pulumi.resolve(module);
    pulumi.cache[file] ??= emptyModule(file);
  }
}

function emptyModule(file: string): NodeJS.Module {
  return Object.assign(new Module(file), { filename: file, loaded: true });
}
