/** Makes an operation on which the executors differ as small as it can be, so that a person can see why. */
import {
  type ASTNode,
  type DocumentNode,
  type GraphQLSchema,
  Kind,
  type SelectionNode,
  validate,
  visit,
} from 'graphql';

const SKIPPED = new Set(['VariableDefinition']);

/** Every document that is one selection, directive or argument smaller. */
const smaller = (document: DocumentNode): readonly DocumentNode[] => {
  const results: DocumentNode[] = [];
  let total = 0;
  const isRemovable = (node: ASTNode): boolean =>
    node.kind === Kind.FIELD ||
    node.kind === Kind.INLINE_FRAGMENT ||
    node.kind === Kind.FRAGMENT_SPREAD ||
    node.kind === Kind.DIRECTIVE ||
    node.kind === Kind.ARGUMENT;
  visit(document, {
    enter: (node) => {
      if (isRemovable(node)) total += 1;
    },
  });
  for (let target = 0; target < total; target += 1) {
    let at = -1;
    results.push(
      visit(document, {
        enter: (node) => {
          if (SKIPPED.has(node.kind)) return false;
          if (!isRemovable(node)) return undefined;
          at += 1;
          return at === target ? null : undefined;
        },
      }),
    );
    at = -1;
    // An inline fragment or a field's place taken by what is inside it.
    results.push(
      visit(document, {
        SelectionSet: {
          leave: (set) => {
            const selections: SelectionNode[] = [];
            for (const selection of set.selections) {
              if (selection.kind === Kind.INLINE_FRAGMENT) {
                at += 1;
                if (at === target) {
                  selections.push(...selection.selectionSet.selections);
                  continue;
                }
              }
              selections.push(selection);
            }
            return { ...set, selections };
          },
        },
      }),
    );
  }
  return results;
};

const withoutUnused = (document: DocumentNode): DocumentNode => {
  const spreads = new Set<string>();
  const variables = new Set<string>();
  visit(document, {
    VariableDefinition: () => false,
    FragmentSpread: ({ name }) => void spreads.add(name.value),
    Variable: ({ name }) => void variables.add(name.value),
  });
  return visit(document, {
    FragmentDefinition: (node) => (spreads.has(node.name.value) ? undefined : null),
    VariableDefinition: (node) => (variables.has(node.variable.name.value) ? false : null),
  });
};

export const shrink = async (
  schema: GraphQLSchema,
  document: DocumentNode,
  stillDiffers: (candidate: DocumentNode) => Promise<boolean>,
): Promise<DocumentNode> => {
  let current = document;
  for (;;) {
    let next: DocumentNode | null = null;
    for (const candidate of smaller(current).map(withoutUnused)) {
      if (JSON.stringify(candidate).length >= JSON.stringify(current).length) continue;
      if (validate(schema, candidate).length > 0) continue;
      if (await stillDiffers(candidate).catch(() => false)) {
        next = candidate;
        break;
      }
    }
    if (!next) return current;
    current = next;
  }
};
