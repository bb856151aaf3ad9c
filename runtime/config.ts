/** Reads a YAML file and validates it, with messages that name the path, the line and what is allowed there. */
import { existsSync, readFileSync } from 'node:fs';
import { type Document, isNode, LineCounter, parseDocument } from 'yaml';
import { type ZodError, type ZodType, z } from 'zod';
import { Failure } from '#runtime/failure.ts';

const lineOf = (document: Document, counter: LineCounter, path: readonly PropertyKey[]): string => {
  // The offending key itself may be missing: point at the closest thing that is there.
  for (let length = path.length; length > 0; length--) {
    const node = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return ` (line ${counter.linePos(node.range[0]).line})`;
  }
  return '';
};

/** The closest known name to a misspelt one, if any is close. */
export const closestName = (wrong: string, known: readonly string[]): string | null => {
  const distance = (a: string, b: string): number => {
    let row = Array.from({ length: b.length + 1 }, (_, i) => i);
    for (let i = 1; i <= a.length; i++) {
      const next = [i];
      for (let j = 1; j <= b.length; j++) {
        const swap = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
        next.push(Math.min(swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
      }
      row = next;
    }
    return row[b.length] ?? 0;
  };
  const ranked = known
    .map((name) => ({ name, d: distance(wrong.toLowerCase(), name.toLowerCase()) }))
    .sort((a, b) => a.d - b.d);
  const [best] = ranked;
  return best && best.d <= Math.max(2, Math.floor(wrong.length / 3)) ? best.name : null;
};

type JsonSchema = {
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
};

/** The setting names that a schema allows at a path. */
const allowedAt = (schema: JsonSchema, path: readonly PropertyKey[]): readonly string[] => {
  if (schema.anyOf) return schema.anyOf.flatMap((option) => allowedAt(option, path));
  const [step, ...rest] = path;
  if (step === undefined) return Object.keys(schema.properties ?? {});
  const named = schema.properties?.[String(step)];
  const open = typeof schema.additionalProperties === 'object' ? schema.additionalProperties : undefined;
  const next = named ?? (typeof step === 'number' ? schema.items : open);
  return next ? allowedAt(next, rest) : [];
};

const describe = (error: ZodError, schema: ZodType, document: Document, counter: LineCounter): readonly string[] => {
  const shape = z.toJSONSchema(schema, { unrepresentable: 'any', io: 'input', reused: 'inline' }) as JsonSchema;
  return error.issues.flatMap((issue) => {
    if (issue.code !== 'unrecognized_keys') {
      return [`${issue.path.join('.') || 'the file'}${lineOf(document, counter, issue.path)}: ${issue.message}`];
    }
    const allowed = allowedAt(shape, issue.path);
    return issue.keys.map((key) => {
      const path = [...issue.path, key];
      const close = closestName(key, allowed);
      const hint = close ? `did you mean "${close}"?` : `known here: ${allowed.join(', ')}.`;
      return `${path.join('.')}${lineOf(document, counter, path)}: is not a known setting; ${hint}`;
    });
  });
};

export const parseConfig = <T>(text: string, file: string, schema: ZodType<T>): T => {
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter, prettyErrors: true });
  const [syntax] = document.errors;
  if (syntax) throw new Failure('CONFIG_INVALID', `${file}: ${syntax.message}`);
  const result = schema.safeParse(document.toJS() ?? {});
  if (result.success) return result.data;
  const problems = describe(result.error, schema, document, counter);
  throw new Failure('CONFIG_INVALID', [`${file} is not valid:`, ...problems.map((line) => `  ${line}`)].join('\n'));
};

export const loadConfig = <T>(file: string, schema: ZodType<T>): T => {
  if (!existsSync(file)) {
    throw new Failure(
      'CONFIG_INVALID',
      `There is no configuration file ${file}: create it, or name another with THROUGHLINE_CONFIG.`,
    );
  }
  return parseConfig(readFileSync(file, 'utf8'), file, schema);
};
