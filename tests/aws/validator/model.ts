import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";

/** The part of botocore's `service-2.json` that requests are checked against. */
export interface ServiceModel {
  readonly metadata: { readonly protocol: string; readonly targetPrefix?: string };
  readonly operations: Readonly<Record<string, Operation>>;
  readonly shapes: Readonly<Record<string, Shape>>;
}

export interface Operation {
  readonly name: string;
  readonly http: { readonly method: string; readonly requestUri: string };
  readonly input?: { readonly shape: string };
}

export interface Shape {
  readonly type: string;
  readonly required?: readonly string[];
  readonly members?: Readonly<Record<string, Member>>;
  readonly member?: Member;
  readonly key?: Member;
  readonly value?: Member;
  readonly payload?: string;
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly min?: number;
  readonly max?: number;
  readonly flattened?: boolean;
}

export interface Member {
  readonly shape: string;
  readonly location?: string;
  readonly locationName?: string;
  readonly flattened?: boolean;
}

/** Services whose folder in botocore is not named like their credential scope. */
const FOLDERS: Readonly<Record<string, string>> = { monitoring: "cloudwatch", email: "ses" };

/** Reads botocore's models on demand. `data` is botocore's `data` folder. */
export class ServiceModels {
  private readonly loaded = new Map<string, ServiceModel | undefined>();

  constructor(private readonly data: string) {}

  /** The newest model of the service with this signing name. Undefined when botocore has none. */
  get(signingName: string): ServiceModel | undefined {
    if (!this.loaded.has(signingName)) this.loaded.set(signingName, this.load(signingName));
    return this.loaded.get(signingName);
  }

  private load(signingName: string): ServiceModel | undefined {
    const folder = join(this.data, FOLDERS[signingName] ?? signingName);
    if (!/^[a-z0-9-]+$/.test(signingName) || !existsSync(folder)) return undefined;
    const newest = readdirSync(folder).sort().pop();
    if (newest === undefined) return undefined;
    const plain = join(folder, newest, "service-2.json");
    const text = existsSync(plain) ? readFileSync(plain) : gunzipSync(readFileSync(`${plain}.gz`));
    return JSON.parse(text.toString("utf8")) as ServiceModel;
  }
}
