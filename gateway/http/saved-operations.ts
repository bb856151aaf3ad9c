/** Operations that clients have saved with us, known by the SHA-256 of their text: sent by id, and prepared beforehand. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Kind, OperationTypeNode, parse } from 'graphql';
import { Failure } from '#runtime/failure.ts';
import type { OpenSubscription } from '#runtime/graphql/subscriptions.ts';
import type { Log } from '#runtime/log.ts';
import type { AskedOperation } from '../execution/engine.ts';

export type SavedOperations = {
  readonly texts: readonly string[];
  textOf(hash: string): string | null;
  /** Whether this very text is saved. */
  has(text: string): boolean;
};

export const hashOfText = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');

export const createSavedOperations = (texts: readonly string[]): SavedOperations => {
  const byHash = new Map(texts.map((text) => [hashOfText(text), text]));
  const known = new Set(byHash.values());
  return {
    texts: [...known],
    textOf: (hash) => byHash.get(hash) ?? null,
    has: (text) => known.has(text),
  };
};

export const notSaved = (): Failure =>
  new Failure(
    'OPERATION_NOT_SAVED',
    'This graph executes saved operations only, and this is none of them: save it first, or send one by its id.',
  );

/** The safelist for subscriptions, which come by another way than queries. */
export const onlySaved =
  (saved: SavedOperations, open: OpenSubscription): OpenSubscription =>
  async (request, subscriber) =>
    saved.has(request.query) ? open(request, subscriber) : { kind: 'refused', errors: [notSaved()] };

/** The texts of a folder's files, byte for byte: `sha256sum` on a file gives the id. */
export const readSavedOperations = (directory: string): readonly string[] =>
  readdirSync(directory)
    .filter((name) => name.endsWith('.graphql'))
    .sort()
    .map((name) => readFileSync(path.join(directory, name), 'utf8'));

type Executable = { readonly name: string | null; readonly isSubscription: boolean };

const operationsIn = (text: string): readonly Executable[] =>
  parse(text, { noLocation: true }).definitions.flatMap((definition) =>
    definition.kind === Kind.OPERATION_DEFINITION
      ? [
          {
            name: definition.name?.value ?? null,
            isSubscription: definition.operation === OperationTypeNode.SUBSCRIPTION,
          },
        ]
      : [],
  );

/** As clients ask for them. A text that is no GraphQL is told of and left out. */
export const askedOf = ({ texts }: SavedOperations, log: Log): readonly AskedOperation[] =>
  texts.flatMap((query) => {
    try {
      const operations = operationsIn(query);
      return operations.flatMap(({ isSubscription, name }) => {
        if (isSubscription) return [];
        // A document of one operation may be sent without its name as well.
        const names = operations.length === 1 ? [...new Set([null, name])] : [name];
        return names.map((operationName) => ({ query, operationName }));
      });
    } catch (error) {
      log.warn({ err: error, operation: hashOfText(query) }, 'saved operation cannot be executed');
      return [];
    }
  });
