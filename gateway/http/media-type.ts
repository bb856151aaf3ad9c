/** Which of our two forms of answer a caller takes, and whether a mistake in its operation is told by the status as well. */

export type AnswerForm = {
  readonly contentType: string;
  /**
   * Old clients ask for application/json by name and take any other status than 200 for a broken server; whoever takes
   * anything, or asks for the newer type, is told by the status too.
   */
  readonly mistakeStatus: 200 | 400;
};

const GRAPHQL: AnswerForm = {
  contentType: 'application/graphql-response+json; charset=utf-8',
  mistakeStatus: 400,
};
const JSON_FORM: AnswerForm = { contentType: 'application/json; charset=utf-8', mistakeStatus: 200 };
export const ANY_FORM: AnswerForm = { ...JSON_FORM, mistakeStatus: 400 };

type Range = { readonly type: string; readonly quality: number };

/** Null for a range that asks for what we never send: another character set, or nothing of the kind (q=0 stays). */
const readRange = (text: string): Range | null => {
  const [type = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
  let quality = 1;
  for (const parameter of parameters) {
    const [name, value = ''] = parameter.split('=').map((part) => part.trim());
    if (name === 'q') quality = /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/.test(value) ? Number(value) : 0;
    else if (name === 'charset' && !/^"?utf-?8"?$/.test(value)) return null;
  }
  return { type, quality };
};

/** The most specific range that speaks of a type decides. */
const qualityOf = (type: string, ranges: readonly Range[]): number =>
  ranges.find((range) => range.type === type)?.quality ??
  ranges.find((range) => range.type === 'application/*')?.quality ??
  ranges.find((range) => range.type === '*/*')?.quality ??
  0;

const negotiate = (accept: string): AnswerForm | null => {
  const ranges = accept.split(',').flatMap((text) => readRange(text) ?? []);
  const graphql = qualityOf('application/graphql-response+json', ranges);
  const json = qualityOf('application/json', ranges);
  if (graphql === 0 && json === 0) return null;
  const isNamed = (type: string): boolean => ranges.some((range) => range.type === type && range.quality > 0);
  if (graphql > json) return GRAPHQL;
  if (graphql === json && isNamed('application/graphql-response+json')) return GRAPHQL;
  return isNamed('application/json') ? JSON_FORM : ANY_FORM;
};

const MOST_REMEMBERED = 200;

/** Null: this caller takes neither. A client says the same every time, so what it said is worked out once. */
export const createNegotiation = (): ((accept: string | undefined) => AnswerForm | null) => {
  const known = new Map<string, AnswerForm | null>();
  return (accept) => {
    if (accept === undefined || accept === '' || accept === '*/*') return ANY_FORM;
    const before = known.get(accept);
    if (before !== undefined) return before;
    const form = negotiate(accept);
    if (known.size >= MOST_REMEMBERED) known.clear();
    known.set(accept, form);
    return form;
  };
};
