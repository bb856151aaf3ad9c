/**
 * How a Tryton model is described to the simulator: its fields, what is worked out instead of stored, and the words the
 * server uses for it in messages.
 */
import type { RpcContext } from './request.ts';

/** Stored form: date "YYYY-MM-DD", timestamp in microseconds, numeric as decimal text, many2one as id, lists of ids. */
export type Value = string | number | boolean | null | readonly number[];

export type Row = {
  readonly id: number;
  /** Microseconds since the epoch. */
  readonly createdUs: number;
  /** Null until the first change after creation. */
  readonly writtenUs: number | null;
  readonly values: Readonly<Record<string, Value>>;
};

export type FieldType =
  | 'char'
  | 'text'
  | 'selection'
  | 'integer'
  | 'float'
  | 'numeric'
  | 'boolean'
  | 'date'
  | 'timestamp'
  | 'many2one'
  | 'one2many'
  | 'many2many'
  | 'reference';

export type Compute = (row: Row, request: RpcContext) => Value;

export type Field = {
  readonly type: FieldType;
  /** Related model of many2one, one2many and many2many. */
  readonly target?: string;
  /** one2many: the field of the target that points back, by id or by "model,id". */
  readonly inverse?: string;
  /** The field's name in the server's messages. */
  readonly label?: string;
  readonly required?: boolean;
  /** Allowed values of a selection. */
  readonly options?: readonly string[];
  readonly fallback?: Value | ((request: RpcContext) => Value);
  /** Worked out on every read; never stored, never writable. */
  readonly compute?: Compute;
  /** The server cannot search this field, and says so. */
  readonly unsearchable?: true;
};

export type Order = readonly (readonly [field: string, direction: string])[];

/** `args` are the positional parameters without the context. */
export type ModelMethod = (args: readonly unknown[], request: RpcContext) => unknown;

export type Model = {
  readonly name: string;
  /** The model's name in the server's messages, e.g. "Sale". */
  readonly label: string;
  /** Whether reading is restricted by company: decides the wording when an id is unknown. */
  readonly companyRule: boolean;
  readonly fields: Readonly<Record<string, Field>>;
  readonly order: Order;
  /** Fields that a search on rec_name looks into. */
  readonly searchedByName: readonly string[];
  /** Stored fields by which records are found without looking at all of them. */
  readonly indexed: readonly string[];
  /** Buttons and other methods that the server lets clients call. */
  readonly methods: Readonly<Record<string, ModelMethod>>;
  /** Refuses a record as the server would, before it is stored. */
  readonly validate?: (values: Readonly<Record<string, Value>>, request: RpcContext) => void;
  readonly beforeDelete?: (row: Row, request: RpcContext) => void;
  readonly recName?: Compute;
};

export const char = (extra: Partial<Field> = {}): Field => ({ type: 'char', ...extra });
export const integer = (extra: Partial<Field> = {}): Field => ({ type: 'integer', ...extra });
export const float = (extra: Partial<Field> = {}): Field => ({ type: 'float', ...extra });
export const numeric = (extra: Partial<Field> = {}): Field => ({ type: 'numeric', ...extra });
export const flag = (fallback: boolean): Field => ({ type: 'boolean', fallback });
export const date = (extra: Partial<Field> = {}): Field => ({ type: 'date', ...extra });
export const link = (target: string, extra: Partial<Field> = {}): Field => ({ type: 'many2one', target, ...extra });
export const reference = (extra: Partial<Field> = {}): Field => ({ type: 'reference', ...extra });
export const children = (target: string, inverse: string, extra: Partial<Field> = {}): Field => ({
  type: 'one2many',
  target,
  inverse,
  ...extra,
});
export const selection = (options: readonly string[], fallback: string | null, extra: Partial<Field> = {}): Field => ({
  type: 'selection',
  options,
  fallback,
  ...extra,
});

type ModelParts = Pick<Model, 'name' | 'label' | 'fields'> & Partial<Omit<Model, 'name' | 'label' | 'fields'>>;

/** A model with the fields that every record of every model has. */
export const defineModel = (parts: ModelParts): Model => ({
  companyRule: false,
  order: [['id', 'ASC']],
  searchedByName: ['name'],
  indexed: [],
  methods: {},
  ...parts,
  fields: {
    ...parts.fields,
    id: integer({ label: 'ID' }),
    create_date: { type: 'timestamp', label: 'Create Date' },
    write_date: { type: 'timestamp', label: 'Write Date' },
    create_uid: link('res.user'),
    write_uid: link('res.user'),
    rec_name: char({ label: 'Record Name' }),
    _timestamp: char(),
  },
});
