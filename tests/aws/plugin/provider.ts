import { AwsError } from "../client/client.js";
import { checkProperties, type Failure } from "./checkInputs.js";
import { checkConfiguration, Configured, parseConfiguration } from "./configuration.js";
import { diffResource, type ResourceDiff } from "./diff.js";
import type { Metadata, Properties } from "./metadata.js";
import { type Naming, prepareInputs } from "./prepare.js";
import { isGone } from "./gone.js";
import { functions, resources } from "./registry.js";
import type { Made, ResourceContext, ResourceType } from "./resource.js";
import { isObject, sameValue, UNKNOWN, type Values } from "./values.js";

export interface Read {
  readonly state: Values;
  readonly inputs: Values;
}

/** The provider in plain values, without its protocol. */
export class StandIn {
  private configured: Configured | undefined;

  constructor(
    private readonly metadata: Metadata,
    private readonly environment: Readonly<Record<string, string | undefined>>,
  ) {}

  checkConfig(news: Values): Failure[] {
    return checkConfiguration(this.metadata, parseConfiguration(this.metadata, news), this.environment);
  }

  configure(variables: Values): void {
    const configuration = parseConfiguration(this.metadata, variables);
    const [first] = checkConfiguration(this.metadata, configuration, this.environment);
    if (first !== undefined) throw new Error(`aws:${first.property}: ${first.reason}`);
    this.configured = new Configured(configuration, this.environment);
  }

  check(token: string, before: Values, given: Values, naming: Naming): { inputs: Values; failures: Failure[] } {
    const type = typeOf(token);
    const { inputs: properties } = this.described(token);
    const inputs = asText(properties, prepareInputs(type, before, given, naming));
    const failures = [...checkProperties(this.metadata, properties, inputs), ...(type.check?.(inputs) ?? [])];
    return { inputs, failures };
  }

  diff(token: string, before: Values, state: Values, wanted: Values): ResourceDiff {
    return diffResource({ type: typeOf(token), computed: this.computed(token), before, state }, wanted);
  }

  async create(token: string, inputs: Values, preview: boolean): Promise<Made> {
    const type = typeOf(token);
    const context = this.contextFor(type, inputs);
    if (preview) return { id: "", state: this.planned(token, inputs) };
    const made = await explain(type, "creating", () => type.create(context, this.withTags(token, inputs)));
    return { id: made.id, state: this.complete(type, context, inputs, made.state) };
  }

  /** `before` are the inputs that `state` was made from. */
  async update(
    { token, id, before, state }: { token: string; id: string; before: Values; state: Values },
    inputs: Values,
    preview: boolean,
  ): Promise<Values> {
    const type = typeOf(token);
    const { changed } = this.diff(token, before, state, inputs);
    const wanted = this.withTags(token, inputs);
    if (preview) {
      const unknown = (type.recomputed?.(changed, inputs) ?? []).map((name) => [name, UNKNOWN] as const);
      const { __defaults: _defaults, ...kept } = wanted;
      return { ...state, ...kept, ...Object.fromEntries(unknown) };
    }
    if (type.update === undefined) throw new Error(`${token} cannot be updated in place (${[...changed].join(", ")})`);
    const context = this.contextFor(type, inputs);
    if (!sameValue(state["tagsAll"] ?? {}, wanted["tagsAll"] ?? {})) (changed as Set<string>).add("tagsAll");
    const updated = await explain(type, "updating", () =>
      type.update!(context, { id, state, inputs: wanted, changed }),
    );
    return this.complete(type, context, inputs, updated);
  }

  /** Undefined when the resource is gone. */
  async read(token: string, id: string, state: Values, before: Values): Promise<Read | undefined> {
    const type = typeOf(token);
    const context = this.contextFor(type, state);
    const found = await explain(type, "reading", () => type.read(context, id, state));
    if (found === undefined) return undefined;
    const complete = this.complete(type, context, before, found);
    return { state: complete, inputs: refreshedInputs(before, state, complete) };
  }

  async delete(token: string, id: string, state: Values): Promise<void> {
    const type = typeOf(token);
    if (state["skipDestroy"] === true) return;
    await explain(type, "deleting", async () => {
      try {
        await type.delete(this.contextFor(type, state), id, state);
      } catch (error) {
        // It is gone already, as wanted.
        if (!isGone(error)) throw error;
      }
    });
  }

  async invoke(token: string, args: Values): Promise<{ value: Values; failures: Failure[] }> {
    const called = functions.find((one) => one.token === token);
    if (called === undefined) throw notBuiltIn(token);
    const failures = checkProperties(this.metadata, this.metadata.functions[token] ?? {}, args);
    if (failures.length > 0) return { value: {}, failures };
    return { value: await called.call(this.configuration().context(args["region"]), args), failures: [] };
  }

  /** What an update compares in addition to the program's inputs: the tags from the provider's configuration. */
  private withTags(token: string, inputs: Values): Values {
    if (this.described(token).outputs["tagsAll"] === undefined) return inputs;
    const own = isObject(inputs["tags"]) ? inputs["tags"] : {};
    return { ...inputs, tagsAll: { ...this.configuration().defaultTags, ...own } };
  }

  private planned(token: string, inputs: Values): Values {
    const { __defaults: _defaults, ...known } = this.withTags(token, inputs);
    const outputs = Object.entries(this.described(token).outputs);
    const computed = outputs
      .filter(([name, { required }]) => required && !(name in known))
      .map(([name]) => [name, UNKNOWN] as const);
    return { ...known, ...Object.fromEntries(computed) };
  }

  /** The state to keep: what the API said, and inputs that it does not echo. */
  private complete(type: ResourceType, context: ResourceContext, inputs: Values, state: Values): Values {
    const { __defaults: _defaults, ...given } = inputs;
    const known = this.described(type.token).outputs;
    const unknown = Object.keys(state).find((name) => known[name] === undefined);
    if (unknown !== undefined) throw new Error(`${type.token} has no output ${unknown}: a mistake in the stand-in`);
    return { ...given, ...(type.global === true ? {} : { region: context.region }), ...state };
  }

  private contextFor(type: ResourceType, values: Values): ResourceContext {
    return this.configuration().context(type.global === true ? undefined : values["region"]);
  }

  /** Optional as inputs, always there as outputs: what the provider's schema calls computed. */
  private computed(token: string): ReadonlySet<string> {
    const { inputs, outputs } = this.described(token);
    return new Set(
      Object.keys(inputs).filter((name) => inputs[name]?.required === false && outputs[name]?.required === true),
    );
  }

  private configuration(): Configured {
    if (this.configured === undefined) throw new Error("the provider was not configured");
    return this.configured;
  }

  private described(token: string): Metadata["resources"][string] {
    const described = this.metadata.resources[token];
    if (described === undefined) throw notBuiltIn(token);
    return described;
  }
}

function typeOf(token: string): ResourceType {
  const type = resources.find((one) => one.token === token);
  if (type === undefined) throw notBuiltIn(token);
  return type;
}

function notBuiltIn(token: string): Error {
  return new Error(`the stand-in for the aws provider does not have ${token}: see tests/aws/README.md`);
}

/**
 * A number becomes text where text is wanted, as in the bridge. YAML reads "1" in a configuration as a number.
 */
function asText(properties: Properties, inputs: Values): Values {
  const isText = (name: string): boolean => properties[name]?.type.kind === "string";
  return Object.fromEntries(
    Object.entries(inputs).map(([name, value]) => [
      name,
      isText(name) && (typeof value === "number" || typeof value === "boolean") ? String(value) : value,
    ]),
  );
}

/**
 * After a refresh, inputs describe the resource as it is now. The next preview then shows drift as a change back to
 * what the program wants.
 */
function refreshedInputs(before: Values, oldState: Values, state: Values): Values {
  const inputs: Values = {};
  for (const [name, value] of Object.entries(before)) {
    inputs[name] = name in state && !sameValue(oldState[name], state[name]) ? state[name] : value;
  }
  return inputs;
}

async function explain<T>(type: ResourceType, doing: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof AwsError) throw new Error(`${doing} ${type.token}: ${error.code}: ${error.message}`);
    throw error;
  }
}
