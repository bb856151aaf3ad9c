/** Amazon's published models as judges of an exchange: what we send, and what the simulator answers. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';

const here = path.dirname(fileURLToPath(import.meta.url));
export const SPECS = path.join(
  process.env.THROUGHLINE_SPECS ?? path.join(here, '../../../../shared/vendors/specs'),
  'amazon-sp-api',
);

type Json = Readonly<Record<string, unknown>>;
type Parameter = {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly maxItems?: number;
  readonly maximum?: number;
  readonly minimum?: number;
  readonly format?: string;
  readonly items?: { readonly enum?: readonly string[] };
  readonly schema?: { readonly $ref: string };
};
export type SandboxCase = {
  readonly request: { readonly parameters: Readonly<Record<string, { readonly value: unknown }>> };
  readonly response: unknown;
};
type Answer = {
  readonly schema?: { readonly $ref: string };
  readonly headers?: Json;
  readonly 'x-amzn-api-sandbox'?: { readonly static?: readonly SandboxCase[] };
};
type Operation = {
  readonly operationId: string;
  readonly parameters?: readonly Parameter[];
  readonly responses: Readonly<Record<string, Answer>>;
};
type Model = {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly definitions: Readonly<Record<string, Json>>;
};

const MODELS = [
  'orders-api-model/orders_2026-01-01.json',
  'orders-api-model/ordersV0.json',
  'listings-items-api-model/listingsItems_2021-08-01.json',
  'fba-inventory-api-model/fbaInventory.json',
  'reports-api-model/reports_2021-06-30.json',
  'notifications-api-model/notifications.json',
] as const;
export type ModelFile = (typeof MODELS)[number];

const readJson = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'));
export const readModel = (file: ModelFile): Model => readJson(path.join(SPECS, 'models', file)) as Model;

/** Fields that a model does not name are mistakes of ours, though the models would let them pass. */
const closed = (schema: unknown): unknown => {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== 'object' || schema === null) return schema;
  const entries = Object.entries(schema).map(([name, value]) => [name, closed(value)] as const);
  const object = Object.fromEntries(entries);
  return 'properties' in object && !('additionalProperties' in object)
    ? { ...object, additionalProperties: false }
    : object;
};

const createAjv = (): Ajv => {
  const ajv = new Ajv({ strict: false, allErrors: true });
  addFormats.default(ajv);
  return ajv;
};

export type Exchange = {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly requestBody?: unknown;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly responseBody: unknown;
};

const pathPattern = (template: string): RegExp => new RegExp(`^${template.replaceAll(/\{[^}]+\}/g, '[^/]+')}$`);

const parameterProblems = (operation: Operation, query: URLSearchParams): readonly string[] => {
  const known = (operation.parameters ?? []).filter((parameter) => parameter.in === 'query');
  const unknown = [...query.keys()].filter((name) => !known.some((parameter) => parameter.name === name));
  return [
    ...unknown.map((name) => `there is no query parameter ${name}`),
    ...known.flatMap((parameter): readonly string[] => {
      const given = query.get(parameter.name);
      if (given === null) return parameter.required ? [`${parameter.name} is required`] : [];
      const values = parameter.type === 'array' ? given.split(',') : [given];
      const allowed = parameter.items?.enum ?? parameter.enum;
      const number = Number(given);
      return [
        ...(allowed
          ? values.filter((value) => !allowed.includes(value)).map((value) => `${parameter.name}: ${value}`)
          : []),
        ...(parameter.maxItems !== undefined && values.length > parameter.maxItems
          ? [`${parameter.name}: too many`]
          : []),
        ...(parameter.type === 'integer' && !Number.isInteger(number)
          ? [`${parameter.name}: ${given} is no integer`]
          : []),
        ...(parameter.maximum !== undefined && number > parameter.maximum
          ? [`${parameter.name}: ${given} is too large`]
          : []),
        ...(parameter.minimum !== undefined && number < parameter.minimum
          ? [`${parameter.name}: ${given} is too small`]
          : []),
        ...(parameter.format === 'date-time' && Number.isNaN(Date.parse(given)) ? [`${parameter.name}: ${given}`] : []),
      ];
    }),
  ];
};

export type Judge = {
  /** What is wrong with an exchange; `operation` is null for what no model knows. */
  problemsOf(exchange: Exchange): { readonly operation: string | null; readonly problems: readonly string[] };
};

export const createJudge = (): Judge => {
  const operations = MODELS.flatMap((file) => {
    const { definitions, paths } = readModel(file);
    const ajv = createAjv();
    const closedDefinitions = closed(definitions);
    const validators = new Map<string, ValidateFunction>();
    const validator = (ref: string): ValidateFunction => {
      const known = validators.get(ref) ?? ajv.compile({ $ref: ref, definitions: closedDefinitions });
      validators.set(ref, known);
      return known;
    };
    return Object.entries(paths).flatMap(([template, methods]) =>
      Object.entries(methods).flatMap(([method, operation]) =>
        operation.operationId
          ? [{ file, method: method.toUpperCase(), pattern: pathPattern(template), operation, validator }]
          : [],
      ),
    );
  });

  const bodyProblems = (what: string, validate: ValidateFunction, body: unknown): readonly string[] =>
    validate(body)
      ? []
      : (validate.errors ?? []).map(
          ({ instancePath, message, params }) => `${what} ${instancePath} ${message} ${JSON.stringify(params)}`,
        );

  return {
    problemsOf: (exchange) => {
      const found = operations.find(({ method, pattern }) => method === exchange.method && pattern.test(exchange.path));
      if (found === undefined)
        return { operation: null, problems: [`no model knows ${exchange.method} ${exchange.path}`] };
      const { file, operation, validator } = found;
      const name = `${file.split('/')[1]?.replace('.json', '')}.${operation.operationId}`;
      const bodyParameter = operation.parameters?.find((parameter) => parameter.in === 'body');
      const answer = operation.responses[String(exchange.status)];
      return {
        operation: name,
        problems: [
          ...parameterProblems(operation, exchange.query),
          ...(bodyParameter?.schema === undefined
            ? []
            : bodyProblems('request', validator(bodyParameter.schema.$ref), exchange.requestBody)),
          ...(answer === undefined ? [`the status ${exchange.status} is not documented`] : []),
          ...(answer?.schema === undefined
            ? []
            : bodyProblems('answer', validator(answer.schema.$ref), exchange.responseBody)),
          ...Object.keys(answer?.headers ?? {})
            .filter((header) => exchange.headers[header.toLowerCase()] === undefined)
            .map((header) => `the header ${header} is missing`),
        ],
      };
    },
  };
};

const withoutIds = (schema: unknown): unknown => {
  if (Array.isArray(schema)) return schema.map(withoutIds);
  if (typeof schema !== 'object' || schema === null) return schema;
  // Some of these files number their parts with ids that are not valid references.
  return Object.fromEntries(
    Object.entries(schema)
      .filter(([name]) => name !== '$id')
      .map(([name, value]) => [name, withoutIds(value)]),
  );
};

export const NOTIFICATION_SCHEMAS = {
  ORDER_CHANGE: 'OrderChangeNotification.json',
  LISTINGS_ITEM_MFN_QUANTITY_CHANGE: 'ListingsItemMfnQuantityChange.json',
  FBA_INVENTORY_AVAILABILITY_CHANGES: 'FBAInventoryAvailabilityChangeNotification.json',
} as const;

export type NotificationType = keyof typeof NOTIFICATION_SCHEMAS;

export const readNotificationSchema = (type: NotificationType): Json =>
  withoutIds(readJson(path.join(SPECS, 'schemas/notifications', NOTIFICATION_SCHEMAS[type]))) as Json;

/** What is wrong with a notification. */
export const notificationProblems = (type: NotificationType, notification: unknown): readonly string[] => {
  const { $schema: _, ...schema } = closed(readNotificationSchema(type)) as Json;
  const validate = createAjv().compile(schema);
  if (validate(notification)) return [];
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
  );
};

/** Amazon's own sandbox: requests with the answers it gives to them. */
export const sandboxCases = (
  file: ModelFile,
  template: string,
  method: string,
  status = '200',
): readonly SandboxCase[] =>
  readModel(file).paths[template]?.[method]?.responses[status]?.['x-amzn-api-sandbox']?.static ?? [];
