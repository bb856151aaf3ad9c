/** Saved operations as the playground offers them. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

export type SampleOperation = {
  readonly name: string;
  readonly query: string;
  /** Variables to begin with, as JSON text. */
  readonly variables: string;
};

const VARIABLES_COMMENT = /^#[ \t]*variables:[ \t]*(\{.*\})[ \t]*\n/im;

/** An operation file may name example variables in a comment: `# variables: {"sku": "..."}`. */
export const toSample = (fileName: string, text: string): SampleOperation => {
  const variables = VARIABLES_COMMENT.exec(text)?.[1];
  return {
    name: fileName.replace(/\.graphql$/, ''),
    query: `${text.replace(VARIABLES_COMMENT, '').trim()}\n`,
    variables: variables === undefined ? '{}' : JSON.stringify(JSON.parse(variables), null, 2),
  };
};

export const readSamples = (directory: string): readonly SampleOperation[] =>
  readdirSync(directory)
    .filter((name) => name.endsWith('.graphql'))
    .sort()
    .map((name) => toSample(name, readFileSync(path.join(directory, name), 'utf8')));
