/**
 * The operation the gateway sends to the subgraph that owns a stream. Where the stream can resume, the cursor is a
 * variable of our own: the text is then the same for every position, so streams that started at different positions can
 * become one, and an interrupted one goes on where it stopped.
 */
import {
  type ArgumentNode,
  type DocumentNode,
  type FieldNode,
  Kind,
  type OperationDefinitionNode,
  parse,
  parseType,
  print,
  type SelectionNode,
  visit,
} from 'graphql';
import { unusedName } from './cursor.ts';

export type UpstreamOperation = {
  readonly query: string;
  readonly operationName?: string;
  /** Names of the client's variables that it uses. */
  readonly variableNames: readonly string[];
  /** The variable that takes the cursor to resume after; null when the stream cannot resume. */
  readonly resumeVariable: string | null;
  /** Name of the root field in each result. */
  readonly responseName: string;
};

export type ResumeArgument = { readonly name: string; readonly type: string };

const operationIn = (document: DocumentNode): OperationDefinitionNode => {
  const operation = document.definitions.find((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  if (!operation) throw new Error('The planner gave a subscription without an operation.');
  return operation;
};

const rootFieldIn = (selections: readonly SelectionNode[]): FieldNode => {
  for (const selection of selections) {
    if (selection.kind === Kind.FIELD) return selection;
    if (selection.kind === Kind.INLINE_FRAGMENT) return rootFieldIn(selection.selectionSet.selections);
  }
  throw new Error('The planner gave a subscription without a root field.');
};

const variablesUsedIn = (document: DocumentNode): ReadonlySet<string> => {
  const used = new Set<string>();
  const take = (selectionHolder: OperationDefinitionNode | DocumentNode): void => {
    visit(selectionHolder, {
      VariableDefinition: () => false,
      Variable: (node) => void used.add(node.name.value),
    });
  };
  take(document);
  return used;
};

const withResumeVariable = (
  document: DocumentNode,
  root: FieldNode,
  resume: ResumeArgument,
  variable: string,
): DocumentNode => {
  const argument: ArgumentNode = {
    kind: Kind.ARGUMENT,
    name: { kind: Kind.NAME, value: resume.name },
    value: { kind: Kind.VARIABLE, name: { kind: Kind.NAME, value: variable } },
  };
  return visit(document, {
    Field: (node) =>
      node === root
        ? { ...node, arguments: [...(node.arguments ?? []).filter(({ name }) => name.value !== resume.name), argument] }
        : undefined,
    OperationDefinition: {
      leave: (node) => ({
        ...node,
        variableDefinitions: [
          ...(node.variableDefinitions ?? []),
          {
            kind: Kind.VARIABLE_DEFINITION,
            variable: { kind: Kind.VARIABLE, name: { kind: Kind.NAME, value: variable } },
            type: parseType(resume.type),
          },
        ],
      }),
    },
  });
};

/** A variable that nothing uses any more would make the operation invalid. */
const withoutUnusedVariables = (document: DocumentNode): DocumentNode => {
  const used = variablesUsedIn(document);
  return visit(document, { VariableDefinition: (node) => (used.has(node.variable.name.value) ? undefined : null) });
};

export const createUpstreamOperation = (
  planned: { readonly operation: string; readonly operationName?: string | undefined },
  resume: ResumeArgument | null,
): UpstreamOperation => {
  const document = parse(planned.operation, { noLocation: true });
  const root = rootFieldIn(operationIn(document).selectionSet.selections);
  const resumeVariable = resume && unusedName(document, 'resumeAfter');
  const edited =
    resume && resumeVariable
      ? withoutUnusedVariables(withResumeVariable(document, root, resume, resumeVariable))
      : document;
  return {
    query: print(edited),
    ...(planned.operationName === undefined ? {} : { operationName: planned.operationName }),
    variableNames: [...variablesUsedIn(edited)].filter((name) => name !== resumeVariable).sort(),
    resumeVariable,
    responseName: (root.alias ?? root.name).value,
  };
};
