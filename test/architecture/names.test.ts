import { readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { allSources, filesBelow, ROOT, textOf } from './sources.ts';

const MAX_LINES = 400;

/** Every vendor is a folder: its names may be spoken in there, in composition roots, configuration, docs and tests only. */
const vendorNames = (): readonly string[] => {
  const adapters = ['erp', 'pos', 'wms', 'marketplace'].flatMap((system) => {
    const folder = path.join(ROOT, 'subgraphs', system, 'adapters');
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
  });
  return [...new Set(adapters)];
};

describe('names', () => {
  test('a vendor is named only in its own folders', () => {
    const names = vendorNames();
    expect(names.length).toBeGreaterThanOrEqual(3);
    const offences = allSources()
      .filter((file) => !/^(bin|examples|test)\//.test(file))
      .flatMap((file) =>
        names
          .filter(
            (name) =>
              !new RegExp(`/(adapters|vendors)/${name}/|^vendors/${name}/|/adapters/registry\\.ts$`).test(`${file}`),
          )
          // The marketplace channel of the simulated company bears its marketplace's name: data, not code.
          .filter((name) => new RegExp(`\\b${name}\\b`, 'i').test(textOf(file).replaceAll(/AMAZON_DE|'amazon'/g, '')))
          .filter(() => !file.startsWith('simulation/company/'))
          .map((name) => `${file} names ${name}`),
      );
    expect(offences).toEqual([]);
  });

  test('no room has a name that says nothing', () => {
    const vague = allSources().filter((file) =>
      /(^|\/)(utils?|helpers?|common|misc|shared)(\.ts|\/)|(Manager|Service|Helper)\.ts$/.test(file),
    );
    expect(vague).toEqual([]);
  });

  test(`no file is longer than ${MAX_LINES} lines`, () => {
    const long = allSources().filter((file) => textOf(file).split('\n').length > MAX_LINES);
    expect(long).toEqual([]);
  });

  test('console, wall clock, randomness and environment are read only where they belong', () => {
    const offences = allSources()
      .filter(
        (file) =>
          !/^(bin|examples|test)\//.test(file) &&
          !/^runtime\/(clock|ids)\.ts$/.test(file) &&
          file !== 'schema/generate.ts',
      )
      .flatMap((file) => {
        const code = textOf(file).replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
        return [/\bconsole\./, /\bDate\.now\(\)/, /new Date\(\)/, /Math\.random\(/, /process\.env\b/]
          .filter((pattern) => pattern.test(code))
          .map((pattern) => `${file} uses ${pattern.source}`);
      });
    expect(offences).toEqual([]);
  });

  test('a generated file says so', () => {
    const generated = readdirSync(path.join(ROOT, 'schema', 'generated')).filter((name) => name.endsWith('.ts'));
    expect(generated.length).toBeGreaterThan(0);
    for (const name of generated) expect(textOf(`schema/generated/${name}`)).toMatch(/^\/\/ Generated from schema\//);
  });

  test('there is no barrel and no default export', () => {
    const offences = filesBelow('.', '.ts').filter(
      (file) => /(^|\/)index\.ts$/.test(file) || /^export default /m.test(textOf(file)),
    );
    expect(offences).toEqual([]);
  });
});
