/** The seam between running a plan and keeping what it brought. Without anything that keeps, nothing here costs anything. */
import type { FetchNode } from '@apollo/query-planner';
import type { Outcome, Refusal } from './engine.ts';
import type { HopReply, HopScope } from './hop.ts';
import type { Variables } from './variables.ts';

/** What one operation may keep, while it runs: whom it is for, and what its answer turns out to be made of. */
export type Keeping = {
  /** Names all who may be shown the same; part of every key. */
  readonly audience: string;
  /** Names the caller alone; null for callers who cannot be told apart. */
  readonly caller: string | null;
  /** The oldest question that the answer rests on, in milliseconds since the epoch. */
  askedAtMs: number;
  /** The oldest of those that were sent for it: what was kept before was no older than the last change of it. */
  sentAtMs: number;
  /** When the first part of the answer ends. */
  endsAtMs: number;
  readonly tags: Set<string>;
  /** Whether all of the answer may be kept. */
  isWhole: boolean;
};

/** A root field whose result has one element per entry of a list in a variable, each kept by itself. */
export type Each = { readonly variable: string; readonly responseName: string };

/** What is kept of one fetch, for one run. Nobody may change what it is given or gives. */
export type OpenShelf = {
  /** `part` is the representation of an entity, an entry's text, or empty for the whole. */
  get(part: string): object | undefined;
  /** `variables` are those of the part. */
  keep(part: string, value: object, variables: Variables): void;
  /** Something is missing or wrong, or says itself how long it may be kept: called before anything is kept of it. */
  told(reply: (HopReply & { readonly kind: 'answered' }) | null): void;
};

export type FetchShelf = {
  /** The fetch's operation, which also asks for what tells of changes. */
  readonly operation: string;
  readonly each: Each | null;
  /** Whether what it brings is one caller's alone. */
  readonly isPrivate: boolean;
  /** Null when this run is not to be given anything kept, and nothing of it is kept. */
  open(keeping: Keeping, variables: Variables, variablesText: string): OpenShelf | null;
};

/** The answers of one operation. */
export type KeptAnswers = {
  /** What is kept for just this question; null when it has to be executed. */
  atHand(variables: Variables, scope: AskedBy): Outcome | null;
  /** What is kept, what another caller is being told at this moment, or else what `run` finds. */
  answer(
    variables: Variables,
    scope: HopScope,
    run: (keeping: Keeping | null) => Promise<Outcome | Refusal>,
  ): Promise<Outcome | Refusal>;
};

/** Who asks, as far as keeping is concerned. */
export type AskedBy = Pick<HopScope, 'audience' | 'freshness'> & { readonly authorization?: string | undefined };

export type Keeper = {
  shelfOf(node: FetchNode): FetchShelf | null;
  /** `shelves` are those of all fetches of the operation, null for one of which nothing may be kept. */
  answersOf(variableNames: readonly string[], shelves: readonly (FetchShelf | null)[]): KeptAnswers;
};
