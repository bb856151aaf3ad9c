/** fields_get: what a model's fields are, in the keys that every field's description has. */
import type { Field, Model } from './model.ts';

const titleCase = (name: string): string =>
  name
    .split('_')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join(' ');

const describe = (name: string, field: Field): Readonly<Record<string, unknown>> => ({
  context: '{}',
  loading: field.compute || field.type === 'one2many' || field.type === 'many2many' ? 'lazy' : 'eager',
  name,
  depends: [],
  on_change: [],
  on_change_with: [],
  readonly: field.compute !== undefined || name === 'state' || name.endsWith('_state'),
  required: field.required ?? false,
  states: '{}',
  type: field.type,
  domain: '[]',
  searchable: true,
  sortable: field.type !== 'one2many' && field.type !== 'many2many',
  string: field.label ?? titleCase(name),
  help: '',
  ...(field.type === 'selection'
    ? {
        selection: (field.options ?? []).map((option) => [option, titleCase(option)]),
        selection_change_with: [],
        sort: true,
        help_selection: null,
      }
    : {}),
  ...(field.target === undefined ? {} : { relation: field.target }),
  ...(field.inverse === undefined ? {} : { relation_field: field.inverse }),
  create: true,
  delete: true,
});

export const describeFields = (model: Model, names: readonly string[] | null): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(model.fields)
      .filter(([name]) => names === null || names.includes(name))
      .map(([name, field]) => [name, describe(name, field)]),
  );
