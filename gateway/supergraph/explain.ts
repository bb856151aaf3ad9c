/** Composition errors in words that say where to look and what to do. */
import type { GraphQLError } from 'graphql';

export type Place = {
  readonly subgraph?: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
};

export type Problem = {
  readonly code: string;
  readonly message: string;
  readonly places: readonly Place[];
  readonly remedy: string;
};

/** Our own advice per code of the composition library; codes that need none beyond their message are left out. */
const REMEDIES: Readonly<Record<string, string>> = {
  INVALID_GRAPHQL: 'Correct the syntax or the unknown name at the place shown.',
  INVALID_FIELD_SHARING:
    'Two subgraphs resolve this field. Mark it @shareable in both if they truly give the same value, else leave it to one of them.',
  FIELD_TYPE_MISMATCH: 'Give the field the same type in every subgraph; only nullability may differ.',
  FIELD_ARGUMENT_TYPE_MISMATCH: 'Give the argument the same type in every subgraph.',
  FIELD_ARGUMENT_DEFAULT_MISMATCH: 'Give the argument the same default in every subgraph, or in none.',
  REQUIRED_ARGUMENT_MISSING_IN_SOME_SUBGRAPH: 'Make the argument optional, or add it to the field in every subgraph.',
  REQUIRED_INPUT_FIELD_MISSING_IN_SOME_SUBGRAPH: 'Make the input field optional, or add it in every subgraph.',
  TYPE_KIND_MISMATCH: 'One name stands for two kinds of type: rename one of them.',
  ENUM_VALUE_MISMATCH: 'An enum used as input and output must have the same values in every subgraph.',
  EMPTY_MERGED_ENUM_TYPE: 'The subgraphs share no value of this input enum: give them the same values.',
  EMPTY_MERGED_INPUT_TYPE: 'The subgraphs share no field of this input type: give them the same fields.',
  EXTERNAL_UNUSED: 'Remove the field, or the @external on it, or use it in @requires, @provides or @key.',
  EXTERNAL_MISSING_ON_BASE: 'No other subgraph resolves this field: remove @external, or define it where it belongs.',
  EXTERNAL_TYPE_MISMATCH: 'Copy the type of the field from the subgraph that resolves it.',
  KEY_INVALID_FIELDS: 'Name only fields of this type in @key, without arguments.',
  KEY_FIELDS_SELECT_INVALID_TYPE: 'A key cannot select a list, an interface or a union: name a scalar field.',
  REQUIRES_INVALID_FIELDS: 'Name only @external fields of this type in @requires.',
  REQUIRES_FIELDS_MISSING_EXTERNAL: 'Declare the field with @external in this subgraph before requiring it.',
  PROVIDES_INVALID_FIELDS: "Name only fields of the field's type in @provides.",
  PROVIDES_FIELDS_MISSING_EXTERNAL: 'Declare the field with @external in this subgraph before providing it.',
  SATISFIABILITY_ERROR:
    'A query could ask for this and no subgraph could answer it. Give the type a @key that the other subgraph resolves, or resolve the field here too.',
  NO_QUERIES: 'At least one subgraph needs a field on Query.',
  OVERRIDE_FROM_SELF_ERROR: 'Name another subgraph in @override(from:).',
  OVERRIDE_SOURCE_HAS_OVERRIDE: 'Only one subgraph may take a field over: remove one @override.',
  INVALID_LINK_DIRECTIVE_USAGE: 'Correct the @link: its url names the specification and its version.',
  UNKNOWN_FEDERATION_LINK_VERSION: 'Use a federation version that this composition knows, such as v2.7.',
  DIRECTIVE_COMPOSITION_ERROR:
    'Import the directive with @link in the same version wherever @composeDirective names it.',
  DIRECTIVE_DEFINITION_INVALID: 'Copy the definition of the directive as the other subgraphs have it.',
  SUBGRAPH_FILE_MISSING: 'Create the file, or correct schema.file of the subgraph in supergraph.yaml.',
  FEDERATION_VERSION_MISMATCH:
    'Write the installed version into supergraph.yaml, or install the version written there.',
};

const GENERAL_REMEDY = 'Compare the definitions at the places shown.';

export const remedyOf = (code: string): string => REMEDIES[code] ?? GENERAL_REMEDY;

const placesOf = (error: GraphQLError): readonly Place[] =>
  (error.nodes ?? []).flatMap((node): Place[] => {
    const start = node.loc?.startToken;
    if (!start || !node.loc) return [];
    const subgraph = 'subgraph' in node && typeof node.subgraph === 'string' ? { subgraph: node.subgraph } : {};
    return [{ ...subgraph, file: node.loc.source.name, line: start.line, column: start.column }];
  });

export const explainError = (error: GraphQLError): Problem => {
  const code = typeof error.extensions.code === 'string' ? error.extensions.code : 'COMPOSITION_FAILED';
  return { code, message: error.message, places: placesOf(error), remedy: remedyOf(code) };
};

export const formatProblem = ({ code, message, places, remedy }: Problem): string =>
  [
    `${code}: ${message}`,
    ...places.map(({ file, line, column }) => `    at ${file}:${line}:${column}`),
    `    -> ${remedy}`,
  ].join('\n');
