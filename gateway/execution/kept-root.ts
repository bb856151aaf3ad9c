/** A fetch of root fields of which something may be kept: the whole of it, or each element of its list by itself. */
import type { FetchNode } from '@apollo/query-planner';
import type { Run } from './fetch.ts';
import type { Hop, HopResult, HopTrouble } from './hop.ts';
import type { FetchShelf, OpenShelf } from './shelf.ts';
import { isObject, type Json } from './tree.ts';
import type { Variables } from './variables.ts';

type Deps = {
  prefixOf(node: FetchNode, operation: string): string;
  variablesTextOf(names: readonly string[] | undefined): (variables: Variables) => string;
  take(run: Run, targets: readonly Json[], result: HopResult, isOwn: boolean): void;
  fail(run: Run, trouble: HopTrouble): void;
};

/** Null when this run is not to be given anything kept; `variables` is their text, of the whole fetch. */
export type KeptRoot = (
  run: Run,
  targets: readonly Json[],
  variables: string,
) => (() => Promise<void> | undefined) | null;

/** The entries as texts; null when they cannot be told apart one by one. */
const entriesOf = (value: unknown): readonly string[] | null => {
  if (!Array.isArray(value) || value.length === 0) return null;
  const texts = value.map((entry) => JSON.stringify(entry));
  // Objects that stand twice in one answer would be built upon twice.
  return new Set(texts).size === texts.length ? texts : null;
};

export const compileKeptRoot = (node: FetchNode, shelf: FetchShelf, hop: Hop, deps: Deps): KeptRoot => {
  const { fail, take } = deps;
  const prefix = deps.prefixOf(node, shelf.operation);
  const { each } = shelf;
  const otherVariables = deps.variablesTextOf(node.variableUsages?.filter((name) => name !== each?.variable));

  const askWhole = (run: Run, targets: readonly Json[], open: OpenShelf, variables: string) =>
    hop.send({ body: `${prefix}${variables}}}`, isQuery: true, scope: run.scope }).then((reply) => {
      if (reply.kind === 'unanswered') {
        open.told(null);
        fail(run, reply.trouble);
        return;
      }
      open.told(reply);
      if (isObject(reply.result.data)) open.keep('', reply.result.data, run.variables);
      take(run, targets, reply.result, false);
    });

  const whole = (run: Run, targets: readonly Json[], open: OpenShelf, variables: string) => {
    const kept = open.get('');
    if (!kept) return askWhole(run, targets, open, variables);
    take(run, targets, { data: kept as Json }, false);
    return undefined;
  };

  const byElement = (
    run: Run,
    targets: readonly Json[],
    open: OpenShelf,
    entries: readonly string[],
    { responseName, variable }: NonNullable<FetchShelf['each']>,
  ): Promise<void> | undefined => {
    const given = run.variables[variable] as readonly unknown[];
    const found: (object | undefined)[] = entries.map((text) => open.get(text));
    const missing = [...entries.keys()].filter((index) => found[index] === undefined);
    const others = otherVariables(run.variables);
    const bodyFor = (texts: readonly string[]): string =>
      `${prefix}${others}${others === '' ? '' : ','}${JSON.stringify(variable)}:[${texts.join(',')}]}}`;
    const takeAll = (): void => take(run, targets, { data: { [responseName]: found } }, false);
    if (missing.length === 0) {
      takeAll();
      return undefined;
    }
    const send = (texts: readonly string[]) => hop.send({ body: bodyFor(texts), isQuery: true, scope: run.scope });
    return send(missing.map((index) => entries[index] ?? '')).then((reply) => {
      if (reply.kind === 'unanswered') {
        open.told(null);
        fail(run, reply.trouble);
        return undefined;
      }
      const { result } = reply;
      const list: unknown = isObject(result.data) ? result.data[responseName] : undefined;
      const isAsPromised =
        result.errors === undefined &&
        Array.isArray(list) &&
        list.length === missing.length &&
        list.every((element) => isObject(element));
      if (isAsPromised) {
        open.told(reply);
        for (const [at, index] of missing.entries()) {
          found[index] = list[at] as Json;
          open.keep(entries[index] ?? '', list[at] as Json, { ...run.variables, [variable]: [given[index]] });
        }
        takeAll();
        return undefined;
      }
      open.told(null);
      if (missing.length === entries.length) {
        take(run, targets, result, false);
        return undefined;
      }
      // Its errors name elements of another list than the caller's: it is asked as the caller asks.
      return send(entries).then((again) => {
        if (again.kind === 'unanswered') fail(run, again.trouble);
        else take(run, targets, again.result, again.isOwn === true);
      });
    });
  };

  return (run, targets, variables) => {
    const { keeping } = run;
    if (!keeping) return null;
    const entries = each ? entriesOf(run.variables[each.variable]) : null;
    const open = shelf.open(keeping, run.variables, each && entries ? otherVariables(run.variables) : variables);
    if (!open) return null;
    return each && entries
      ? () => byElement(run, targets, open, entries, each)
      : () => whole(run, targets, open, variables);
  };
};
