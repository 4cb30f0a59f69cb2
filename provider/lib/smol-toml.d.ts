// The package has CommonJS code but only types for ES modules, which the compiler refuses to import with these
// settings.
declare module "smol-toml" {
  export class TomlError extends Error {
    readonly line: number;
    readonly column: number;
  }
  export function parse(toml: string, options?: { readonly maxDepth?: number }): Record<string, unknown>;
  export function stringify(value: object): string;
}
