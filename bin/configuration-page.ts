/** docs/reference/configuration.md: every setting of throughline.yaml, printed from the schema that checks it. */
import { z } from 'zod';
import { configSchema } from './config.ts';

type Shape = {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly additionalProperties?: Shape | boolean;
  readonly items?: Shape;
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly required?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly pattern?: string;
};

type Row = { readonly path: string; readonly allowed: string; readonly fallback: string };

const bounds = ({ minimum, maximum }: Shape): string => {
  // Whole numbers are bounded by what can be counted exactly: that says nothing to a reader.
  const low = minimum !== undefined && minimum > Number.MIN_SAFE_INTEGER ? `from ${minimum}` : '';
  const high = maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER ? `to ${maximum}` : '';
  return [low, high].filter(Boolean).join(' ');
};

const allowedIn = (shape: Shape): string => {
  if (shape.enum) return shape.enum.map((value) => `\`${String(value)}\``).join(', ');
  if (shape.type === 'array')
    return shape.items?.enum ? `list of ${allowedIn(shape.items)}` : `list of ${shape.items?.type ?? 'values'}`;
  const kind = shape.type === 'integer' ? 'whole number' : (shape.type ?? 'any value');
  return [kind, bounds(shape), shape.pattern ? `matching \`${shape.pattern.replaceAll('|', '\\|')}\`` : '']
    .filter(Boolean)
    .join(' ');
};

const fallbackOf = (shape: Shape, isRequired: boolean): string => {
  if (shape.default !== undefined) return `\`${JSON.stringify(shape.default)}\``;
  return isRequired ? 'required' : '';
};

/** One row per setting; `<name>` stands for a key that the writer chooses, `[]` for the entries of a list. */
const rowsOf = (shape: Shape, path: string, isRequired: boolean): readonly Row[] => {
  const below = shape.properties
    ? Object.entries(shape.properties).flatMap(([name, inner]) =>
        rowsOf(inner, path ? `${path}.${name}` : name, shape.required?.includes(name) ?? false),
      )
    : [];
  const open =
    typeof shape.additionalProperties === 'object' ? rowsOf(shape.additionalProperties, `${path}.<name>`, false) : [];
  const listed = shape.items?.properties ? rowsOf(shape.items, `${path}[]`, false) : [];
  const inner = [...below, ...open, ...listed];
  return inner.length > 0 ? inner : [{ path, allowed: allowedIn(shape), fallback: fallbackOf(shape, isRequired) }];
};

export const configurationPage = (): string => {
  const shape = z.toJSONSchema(configSchema, { unrepresentable: 'any', io: 'input', reused: 'inline' }) as Shape;
  const rows = rowsOf(shape, '', true).map(
    ({ path, allowed, fallback }) => `| \`${path}\` | ${allowed} | ${fallback} |`,
  );
  return [
    '# Configuration',
    '',
    'Printed from the schema that checks `throughline.yaml` by `npm run generate`. Do not edit.',
    '',
    "A mistake is told at start, with its path, its line and what is allowed there. Durations are ISO 8601 (`PT5M`). `<name>` is a name of your choice; `[]` is each entry of a list. What the rules mean is said beside them in `subgraphs/process/policy/schema.ts`; the `options` of a connection are its vendor's own, see the README in the vendor's folder.",
    '',
    '| setting | allowed | default |',
    '|---|---|---|',
    ...rows,
    '',
    '## Environment',
    '',
    '| variable | meaning | default |',
    '|---|---|---|',
    '| `HOST` | address that everything listens on | `127.0.0.1` |',
    "| `PORT` | the gateway's port | `4000` |",
    "| `ERP_PORT`, `POS_PORT`, `WMS_PORT`, `MARKETPLACE_PORT`, `PROCESS_PORT` | the subgraphs' ports; 0 picks a free one | `4001` to `4005` |",
    "| `SIMULATOR_PORT` | the simulators' port | `4100` |",
    '| `SIMULATOR_SIZE` | `full` (300 stores, 2,000 SKUs) or `small` (3 stores, 200 SKUs) | `full`; `small` with a live ERP |',
    '| `ERP_URL` ... `PROCESS_URL` | where a subgraph is, when it is not on this machine | from its port |',
    '| `DATABASE_URL` | Postgres instead of the embedded database | |',
    '| `THROUGHLINE_HOME` | folder of the embedded database and the development secret | `./.throughline` |',
    '| `THROUGHLINE_CONFIG` | another configuration file | `throughline.yaml` |',
    '| `NODE_ENV` | `production`: no playground, no introspection, nobody without a token | development |',
    '| `AUTH_SECRET` | key that tokens are signed with, 32 characters or more; required in production | made at the first start |',
    '| `AUTH_ISSUER`, `AUTH_AUDIENCE` | what tokens must say | `throughline` |',
    '| `CACHE_MIB` | MiB of memory for what the gateway keeps of answers ([gateway.md](gateway.md)); 0 keeps nothing | 64 |',
    '| `SAFELIST` | `true`: the gateway executes the operations of `schema/operations/` and no others | `false` |',
    "| `ALLOWED_ORIGINS` | origins of browser pages that may call, separated by commas | the gateway's own |",
    "| `TRUSTED_PROXIES` | how many proxies of yours stand in front of the gateway and append to `X-Forwarded-For` who called them: guests' wrong tries are counted by address | `0` |",
    '| `LOG_LEVEL` | `debug`, `info`, `warn`, `error` or `silent`; logs go to stderr as JSON lines | `warn` under `npm start` |',
    '',
  ].join('\n');
};
