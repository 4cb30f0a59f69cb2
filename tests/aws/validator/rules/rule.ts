import type { AwsClient } from "../../client/client.js";
import { type ApiCall, type HttpCall, Refusal } from "../call.js";

export type Input = Readonly<Record<string, unknown>>;

export interface RuleContext {
  /** The AWS API behind the validator, as the caller sees it. */
  readonly aws: AwsClient;
  readonly http: HttpCall;
  readonly call: ApiCall;
}

/** Throws a Refusal when AWS would refuse an input that fits the model. */
export type Rule = (input: Input, context: RuleContext) => void | Promise<void>;

export function invalidParameter(message: string): Refusal {
  return new Refusal("InvalidParameterValueException", message);
}

export function text(input: Input, name: string): string | undefined {
  const value = input[name];
  return typeof value === "string" ? value : undefined;
}

export function object(input: Input, name: string): Input | undefined {
  const value = input[name];
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Input) : undefined;
}

export function strings(input: Input, name: string): string[] | undefined {
  const value = input[name];
  return Array.isArray(value) ? value.map(String) : undefined;
}
