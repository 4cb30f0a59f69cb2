import assert from "node:assert/strict";
import { skipIf } from "../support/skip.js";
import { bridgedShapes, whyNoAwsBridge, type Members, type Shape } from "./bridge/start.js";
import type { Metadata, PropertyType } from "./plugin/metadata.js";
import { readMetadata } from "./plugin/readMetadata.js";

/**
 * Terraform's protocol does not say everything that Pulumi's aws provider knows of a type: how a property is called, and
 * which lists are one value. The rows of bridge/types.go say it, and the types of @pulumi/aws say whether they are right.
 */
describe("the types that the bridge serves", function () {
  this.timeout(60_000);
  let served: Readonly<Record<string, Members>>;
  let metadata: Metadata;

  before(async function () {
    skipIf(this, whyNoAwsBridge());
    served = await bridgedShapes();
    metadata = readMetadata(Object.keys(served), []);
  });

  const propertiesOf = (token: string): Record<string, PropertyType> => {
    const { inputs, outputs } = metadata.resources[token]!;
    return Object.fromEntries(
      Object.entries({ ...outputs, ...inputs }).map(([name, property]) => [name, property.type]),
    );
  };

  it("have lists, maps, objects and values where @pulumi/aws has them", () => {
    const different = Object.entries(served).flatMap(([token, shapes]) =>
      differences(metadata, `${token} `, shapes, propertiesOf(token)),
    );
    assert.deepEqual(different, []);
  });

  it("have no property that @pulumi/aws calls otherwise", () => {
    const unknown = Object.entries(served).flatMap(([token, shapes]) => {
      const known = propertiesOf(token);
      // The class of each resource inherits `id`, and timeouts are a resource option.
      const names = Object.keys(shapes).filter((name) => !(name in known) && !["id", "timeouts"].includes(name));
      return names.map((name) => `${token} ${name}`);
    });
    assert.deepEqual(unknown, []);
  });
});

/** Properties that both have, in another form. Those that only one has are of another version of the provider. */
function differences(
  metadata: Metadata,
  place: string,
  served: Members,
  known: Readonly<Record<string, PropertyType>>,
): string[] {
  return Object.entries(known).flatMap(([name, type]) => {
    const shape = served[name];
    return shape === undefined ? [] : compare(metadata, place + name, shape, type);
  });
}

function compare(metadata: Metadata, place: string, served: Shape, known: PropertyType): string[] {
  switch (known.kind) {
    case "any":
      return [];
    case "either":
      // A text or an enum, a text or a document: the bridge takes the text.
      return compare(metadata, place, served, known.of[0]!);
    case "array":
    case "map":
      if (served.kind === known.kind) return compare(metadata, `${place}[]`, served.of!, known.of);
      break;
    case "object":
      if (served.kind === "object") {
        const members = Object.entries(metadata.types[known.name] ?? {}).map(([name, { type }]) => [name, type]);
        return differences(
          metadata,
          `${place}.`,
          served.members!,
          Object.fromEntries(members) as Record<string, PropertyType>,
        );
      }
      break;
    case "archive":
    case "asset":
      if (served.kind === "string") return [];
      break;
    default:
      if (served.kind === known.kind) return [];
  }
  return [`${place}: ${served.kind}, in @pulumi/aws ${known.kind}`];
}
