/** Path patterns of faults, and the names that the ledger counts calls under. */

const escapeForRegExp = (text: string): string => text.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&');

/** "*" stands for one segment (or a part of one), "**" for any rest. */
export const pathMatches = (pattern: string, path: string): boolean => {
  const source = pattern
    .split('**')
    .map((part) => part.split('*').map(escapeForRegExp).join('[^/]*'))
    .join('.*');
  return new RegExp(`^${source}$`).test(path);
};

const isVersion = (segment: string): boolean => /^v\d+(\.\d+)*$/i.test(segment) || /^\d{4}-\d{2}-\d{2}$/.test(segment);

/** "/v2/orders/302-1" -> "/v2/orders/*": a segment with a digit in it is an id, unless it reads as an API version. */
export const pathPatternOf = (path: string): string =>
  path
    .split('/')
    .map((segment) => (/\d/.test(segment) && !isVersion(segment) ? '*' : segment))
    .join('/');
