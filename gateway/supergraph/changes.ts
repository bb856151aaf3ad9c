/** What changed between two versions of the schema that clients see, and whom it breaks. */
import { type Change, ChangeType, CriticalityLevel, diff } from '@graphql-inspector/core';
import { type GraphQLSchema, isInputObjectType, isInterfaceType, isObjectType } from 'graphql';
import type { SavedOperation, Usage } from './operations.ts';
import { usageOf } from './operations.ts';

export type SchemaChange = {
  readonly severity: 'breaking' | 'risky' | 'safe';
  readonly message: string;
  /** Files of the saved operations that it breaks. */
  readonly breaks: readonly string[];
};

const ARGUMENT_OF_FIELD: ReadonlySet<string> = new Set([ChangeType.FieldArgumentAdded]);

/** The coordinate whose users a change touches: someone who selects the field feels a new required argument. */
const touched = (change: Change, schema: GraphQLSchema): string | null => {
  if (!change.path || change.path.startsWith('@')) return null;
  const [typeName = '', fieldName, argumentName] = change.path.split('.');
  const type = schema.getType(typeName);
  if (fieldName === undefined || !(isObjectType(type) || isInterfaceType(type) || isInputObjectType(type)))
    return typeName;
  if (isInputObjectType(type))
    return change.type === ChangeType.InputFieldAdded ? typeName : `${typeName}.${fieldName}`;
  if (argumentName === undefined || ARGUMENT_OF_FIELD.has(change.type)) return `${typeName}.${fieldName}`;
  return `${typeName}.${fieldName}.${argumentName}`;
};

const toSchemaChange = (change: Change, before: GraphQLSchema, usage: Usage): SchemaChange => {
  const { message } = change;
  if (change.criticality.level === CriticalityLevel.NonBreaking) return { severity: 'safe', message, breaks: [] };
  if (change.criticality.level === CriticalityLevel.Dangerous) return { severity: 'risky', message, breaks: [] };
  const coordinate = touched(change, before);
  // What has no coordinate (a root type gone) concerns everybody.
  const breaks = coordinate === null ? [] : usage.usersOf(coordinate);
  const isUnused = coordinate !== null && breaks.length === 0;
  return isUnused
    ? { severity: 'risky', message: `${message} (breaking, but no saved operation uses it)`, breaks }
    : { severity: 'breaking', message, breaks };
};

const RANK = { breaking: 0, risky: 1, safe: 2 } as const;

export const schemaChanges = async (
  before: GraphQLSchema,
  after: GraphQLSchema,
  operations: readonly SavedOperation[],
): Promise<readonly SchemaChange[]> => {
  const usage = usageOf(before, operations);
  const changes = await diff(before, after);
  return changes
    .map((change) => toSchemaChange(change, before, usage))
    .sort((a, b) => RANK[a.severity] - RANK[b.severity] || (a.message < b.message ? -1 : 1));
};
