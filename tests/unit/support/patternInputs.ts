import { RegExpParser, type AST } from "@eslint-community/regexpp";

/** How much of a quantifier is "without an end" here: the texts of the tests are longer. */
const unbounded = 2000;

/**
 * Texts of about `size` characters on which backtracking would be slow: what is before each quantifier without an end,
 * then what it repeats, over and over, then something that makes the rest fail. And plain ones, for a search that
 * begins anew at each character.
 */
export function adversarialInputs(pattern: RegExp, size: number): string[] {
  const { pattern: tree } = new RegExpParser().parseLiteral(`/${pattern.source}/${pattern.flags}`);
  const pumps = tree.alternatives.flatMap((alternative) => pumpsIn(alternative, ""));
  const words = [...new Set(["a", "0", " ", "\n", "-", "://", "a b ", "a.b", "\u0000", ...wordsIn(tree)])];
  const plain = words.map((pump) => ({ before: "", pump }));
  const texts = [...pumps, ...plain].flatMap(({ before, pump }) => {
    const repeated = pump.repeat(Math.ceil(size / pump.length));
    return ["", "\u0001", "\n\u0001"].flatMap((end) => [before + repeated + end, repeated + end]);
  });
  return [...new Set(texts)];
}

interface Pump {
  readonly before: string;
  readonly pump: string;
}

function pumpsIn(alternative: AST.Alternative, before: string): Pump[] {
  let prefix = before;
  return alternative.elements.flatMap((element) => {
    const found = pumpsInElement(element, prefix);
    prefix += sample(element);
    return found;
  });
}

function pumpsInElement(element: AST.Element, before: string): Pump[] {
  if (element.type === "Quantifier") {
    const inner = pumpsInElement(element.element, before);
    // Each alternative, and the shortest and a longer form of what is repeated.
    const pumps = [sample(element.element), ...variants(element.element)].filter((pump) => pump !== "");
    return element.max < unbounded ? inner : [...inner, ...pumps.map((pump) => ({ before, pump }))];
  }
  return "alternatives" in element ? element.alternatives.flatMap((one) => pumpsIn(one, before)) : [];
}

function variants(element: AST.Element): string[] {
  if (element.type === "CharacterClass" || element.type === "CharacterSet") return candidates.filter(matcher(element));
  return "alternatives" in element ? element.alternatives.map((one) => one.elements.map(sample).join("")) : [];
}

/**
 * What each alternative begins with, up to the whole of it: at each of them a search could go on for long, and begin
 * anew.
 */
function wordsIn(tree: AST.Pattern): string[] {
  const beginnings = tree.alternatives.flatMap(({ elements }) =>
    elements.map((_, i) =>
      elements
        .slice(0, i + 1)
        .map(sample)
        .join(""),
    ),
  );
  return beginnings.filter((word) => word !== "");
}

/** A short text that the element matches. */
function sample(element: AST.Element): string {
  switch (element.type) {
    case "Character":
      return String.fromCodePoint(element.value);
    case "CharacterClass":
    case "CharacterSet":
      return candidates.find(matcher(element)) ?? "";
    case "Quantifier":
      return sample(element.element).repeat(Math.max(1, element.min));
    case "Group":
    case "CapturingGroup":
      return (element.alternatives[0]?.elements ?? []).map(sample).join("");
    default:
      return "";
  }
}

const candidates = Array.from("a0 -_.:/@%=\\\"'`,;[](){}<>#+*~!&|?^$\n\r\tAZéß漢│×\u001b\u007f\u0000");

function matcher(element: AST.CharacterClass | AST.CharacterSet | AST.ExpressionCharacterClass) {
  const flags = /\\[pP]\{/.test(element.raw) ? "u" : "";
  const own = new RegExp(`^(?:${element.raw})$`, flags + (element.raw === "." ? "" : "s"));
  return (character: string) => own.test(character);
}
