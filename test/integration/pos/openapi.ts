/** Validates JSON against an OpenAPI 3.0 description: `nullable` is honoured, unknown members are refused. */
import { Ajv, type ValidateFunction } from 'ajv';

type Json = Readonly<Record<string, unknown>>;

export type OpenApi = {
  requestProblems(method: string, path: string, body: unknown): readonly string[];
  responseProblems(method: string, path: string, body: unknown): readonly string[];
  schemaProblems(schema: string, body: unknown): readonly string[];
};

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** OpenAPI 3.0's schema dialect as JSON Schema: null where it says nullable, no members beyond the named ones. */
const toJsonSchema = (schema: unknown): unknown => {
  if (Array.isArray(schema)) return schema.map(toJsonSchema);
  if (!isObject(schema)) return schema;
  const { nullable, example: _example, ...rest } = schema;
  const converted: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(rest)) {
    if (name.startsWith('x-')) continue;
    converted[name] =
      name === 'properties' && isObject(value)
        ? Object.fromEntries(Object.entries(value).map(([member, of]) => [member, toJsonSchema(of)]))
        : toJsonSchema(value);
  }
  if (converted.type === 'object' && converted.properties !== undefined) converted.additionalProperties ??= false;
  return nullable === true ? { anyOf: [converted, { type: 'null' }] } : converted;
};

const member = (from: unknown, ...names: readonly string[]): unknown =>
  names.reduce<unknown>((value, name) => (isObject(value) ? value[name] : undefined), from);

/** Names of schemas that something refers to. */
const referredTo = (value: unknown): readonly string[] => {
  if (Array.isArray(value)) return value.flatMap(referredTo);
  if (!isObject(value)) return [];
  const reference = value.$ref;
  return typeof reference === 'string'
    ? [reference.replace('#/components/schemas/', '')]
    : Object.values(value).flatMap(referredTo);
};

export const createOpenApi = (description: Json): OpenApi => {
  const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
  const schemas = member(description, 'components', 'schemas');
  if (!isObject(schemas)) throw new Error('the description has no schemas');
  const converted = Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, toJsonSchema(schema)]));
  // The description may refer to a schema that it forgot to include: nothing can be said about such a member.
  for (const name of referredTo(converted)) converted[name] ??= {};
  ajv.addSchema({ $id: 'openapi', components: { schemas: converted } });
  const validators = new Map<string, ValidateFunction>();
  const validatorOf = (reference: string): ValidateFunction => {
    const known = validators.get(reference) ?? ajv.compile({ $ref: `openapi${reference}` });
    validators.set(reference, known);
    return known;
  };

  const problems = (what: string, reference: unknown, body: unknown): readonly string[] => {
    if (typeof reference !== 'string') return [`${what}: not described`];
    const validate = validatorOf(reference);
    if (validate(body)) return [];
    return (validate.errors ?? []).map(
      (error) => `${what}: ${error.instancePath} ${error.message} ${JSON.stringify(error.params)}`,
    );
  };

  const paths = member(description, 'paths');
  /** Described paths with fixed parts before those with parameters. */
  const described = Object.keys(isObject(paths) ? paths : {}).toSorted(
    (a, b) => a.split('{').length - b.split('{').length,
  );
  const operationOf = (method: string, path: string): unknown => {
    const found = described.find(
      (template) =>
        new RegExp(`^${template.replaceAll(/\{[^}]+\}/g, '[^/]+')}$`).test(path) &&
        member(paths, template, method.toLowerCase()) !== undefined,
    );
    return found === undefined ? undefined : member(paths, found, method.toLowerCase());
  };
  const referenceIn = (content: unknown): unknown => member(content, 'content', 'application/json', 'schema', '$ref');

  return {
    requestProblems: (method, path, body) =>
      problems(`request ${method} ${path}`, referenceIn(member(operationOf(method, path), 'requestBody')), body),
    // Square describes one answer per operation, which carries either the result or `errors`.
    responseProblems: (method, path, body) =>
      problems(`response ${method} ${path}`, referenceIn(member(operationOf(method, path), 'responses', '200')), body),
    schemaProblems: (schema, body) => problems(schema, `#/components/schemas/${schema}`, body),
  };
};
