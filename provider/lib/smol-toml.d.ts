// The package ships CommonJS code but types for ES modules only, which this compiler setting refuses to import.
declare module "smol-toml" {
  export class TomlError extends Error {
    readonly line: number;
    readonly column: number;
  }
  export function parse(toml: string, options?: { readonly maxDepth?: number }): Record<string, unknown>;
  export function stringify(value: object): string;
}
