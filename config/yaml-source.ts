import {
  type Alias,
  type Document,
  isAlias,
  isCollection,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  visit,
  type YAMLError,
} from 'yaml';
import { type ConfigCheckError, configError } from './check-error.ts';
import { segmentsOf } from './pointer.ts';

/** 1-based place in the YAML text. */
interface Place {
  readonly line: number;
  readonly column: number;
}

/** A parsed YAML text that still knows where each key and value was written. */
export interface YamlSource {
  readonly value: unknown;
  /** Where the key or value at a JSON pointer is; for what is not there, its nearest parent. */
  place(pointer: string, part: 'key' | 'value'): Place;
}

export interface ParsedYaml {
  readonly errors: readonly ConfigCheckError[];
  /** null when the text is too broken to be looked at further. */
  readonly source: YamlSource | null;
}

/** What is broken in more places than these is not mended one by one. */
const MAX_SYNTAX_ERRORS = 10;

/** Each alias may repeat what it stands for; all of them together no more than this. */
const MAX_ALIASES = 100;

/** YAML 1.2 core schema with unique keys. Never throws; an empty text is an empty mapping. */
export function parseYaml(text: string): ParsedYaml {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    version: '1.2',
    schema: 'core',
    uniqueKeys: true,
    prettyErrors: false,
    logLevel: 'error',
    lineCounter: lines,
  });
  const placeAt = (offset: number) => placeIn(lines, offset);
  const problems = [...document.errors, ...document.warnings].filter(isNoFollower);
  const errors = [
    ...problems.slice(0, MAX_SYNTAX_ERRORS).map((problem) => parseError(problem, placeAt)),
    ...aliasErrors(document, placeAt),
  ];
  if (errors.some(({ code }) => code === 'config.syntax')) return { errors, source: null };
  return withValue(document, errors, placeAt);
}

/** What each stands for itself: the text around it was understood. */
const LONE_PROBLEMS = new Set<string>(['DUPLICATE_KEY', 'TAG_RESOLVE_FAILED']);

/** Where the text stops making sense, whatever comes after it is misread, too: the first tells it. */
function isNoFollower({ code }: YAMLError, index: number, problems: readonly YAMLError[]): boolean {
  if (LONE_PROBLEMS.has(code)) return true;
  return problems.findIndex((problem) => !LONE_PROBLEMS.has(problem.code)) === index;
}

type PlaceAt = (offset: number) => Place;

function placeIn(lines: LineCounter, offset: number): Place {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(line, 1), column: Math.max(col, 1) };
}

function parseError(problem: YAMLError, placeAt: PlaceAt): ConfigCheckError {
  const duplicate = problem.code === 'DUPLICATE_KEY';
  return configError({
    code: duplicate ? 'config.duplicate' : 'config.syntax',
    path: '',
    message: duplicate ? 'this key is already given above' : `not valid YAML: ${problem.message}`,
    ...placeAt(problem.pos[0]),
  });
}

function aliasErrors(document: Document.Parsed, placeAt: PlaceAt): readonly ConfigCheckError[] {
  const aliases = aliasesOf(document);
  if (aliases.length > MAX_ALIASES) return [tooManyAliases(placeAt)];
  return aliases.flatMap(({ alias, ancestors }) => {
    const message = aliasProblem(alias, alias.resolve(document), ancestors);
    return message === null ? [] : [syntaxError(message, placeAt(alias.range?.[0] ?? 0))];
  });
}

interface AliasUse {
  readonly alias: Alias;
  readonly ancestors: readonly unknown[];
}

function aliasesOf(document: Document.Parsed): readonly AliasUse[] {
  const uses: AliasUse[] = [];
  visit(document, {
    Alias(_, alias, ancestors) {
      uses.push({ alias, ancestors });
    },
  });
  return uses;
}

function aliasProblem(
  { source }: Alias,
  target: unknown,
  ancestors: readonly unknown[],
): string | null {
  if (target === undefined) return `*${source} has no anchor &${source} before it`;
  return ancestors.includes(target) ? `*${source} contains itself` : null;
}

function tooManyAliases(placeAt: PlaceAt): ConfigCheckError {
  return syntaxError(`more than ${MAX_ALIASES} aliases, or aliases of aliases`, placeAt(0));
}

function syntaxError(message: string, place: Place): ConfigCheckError {
  return configError({ code: 'config.syntax', path: '', message, ...place });
}

function withValue(
  document: Document.Parsed,
  errors: readonly ConfigCheckError[],
  placeAt: PlaceAt,
): ParsedYaml {
  try {
    const value: unknown = document.toJS({ maxAliasCount: MAX_ALIASES });
    const place = (pointer: string, part: 'key' | 'value') =>
      placeAt(offsetOf(document, segmentsOf(pointer), part));
    return { errors, source: { value: value ?? {}, place } };
  } catch {
    // The only throw left: aliases of aliases that would grow without end.
    return { errors: [...errors, tooManyAliases(placeAt)], source: null };
  }
}

/** Walks down as far as the text goes and remembers the last key and value it passed. */
function offsetOf(
  document: Document.Parsed,
  segments: readonly string[],
  part: 'key' | 'value',
): number {
  let node: unknown = document.contents;
  let offset = startOf(node) ?? 0;
  for (const [depth, segment] of segments.entries()) {
    const step = stepInto(resolved(node, document), segment);
    if (step === null) return offset;
    const isLast = depth === segments.length - 1;
    const wanted = isLast && part === 'value' ? [step.value, step.key] : [step.key, step.value];
    offset = wanted.map(startOf).find((start) => start !== null) ?? offset;
    node = step.value;
  }
  return offset;
}

interface Step {
  readonly key: unknown;
  readonly value: unknown;
}

function stepInto(node: unknown, segment: string): Step | null {
  if (isMap(node)) return node.items.findLast((pair) => keyText(pair) === segment) ?? null;
  if (!isSeq(node)) return null;
  const value = node.items[Number(segment)];
  return value === undefined ? null : { key: null, value };
}

function keyText(pair: Pair): string {
  return isScalar(pair.key) ? String(pair.key.value) : String(pair.key);
}

function resolved(node: unknown, document: Document.Parsed): unknown {
  return isAlias(node) ? node.resolve(document) : node;
}

function startOf(node: unknown): number | null {
  return isNode(node) && (isCollection(node) || hasText(node)) ? (node.range?.[0] ?? null) : null;
}

// `key:` with nothing after it has an empty value: its key is the place to look at.
function hasText(node: Node): boolean {
  return node.range === undefined || node.range === null || node.range[1] > node.range[0];
}
