import { callerAddressOf, FORWARDED_HEADER } from '#runtime/graphql/caller-address.ts';
import type { Freshness } from '#runtime/graphql/purpose.ts';
import type { RouteRequest } from '#runtime/http/routes.ts';
import type { HopScope } from '../execution/hop.ts';
import type { Watched } from './deadlines.ts';

type Caller = { readonly audience: string; readonly correlationId: string; readonly freshness: Freshness };

/**
 * One operation over HTTP: what its requests to subgraphs have in common, and its time. A class, because getters in an
 * object literal are defined anew, slowly, for each object.
 */
export class ServedScope implements HopScope, Watched {
  readonly authorization?: string;
  readonly audience: string;
  readonly freshness: Freshness;
  readonly correlationId: string;
  readonly deadlineMs: number;
  readonly answerEndsMs: number;
  readonly answerLate: () => void;
  readonly #request: RouteRequest;
  readonly #trustedProxies: number;
  #isEnded = false;
  #enders: Set<() => void> | null = null;

  constructor(
    request: RouteRequest,
    { audience, correlationId, freshness }: Caller,
    time: { readonly workEndsMs: number; readonly answerEndsMs: number },
    answerLate: () => void,
    trustedProxies = 0,
  ) {
    const { authorization } = request.headers;
    if (authorization !== undefined) this.authorization = authorization;
    this.audience = audience;
    this.freshness = freshness;
    this.correlationId = correlationId;
    this.deadlineMs = time.workEndsMs;
    this.answerEndsMs = time.answerEndsMs;
    this.answerLate = answerLate;
    this.#request = request;
    this.#trustedProxies = trustedProxies;
  }

  get callerAddress(): string | undefined {
    const { headers, remoteAddress } = this.#request;
    return callerAddressOf(remoteAddress, headers[FORWARDED_HEADER], this.#trustedProxies);
  }

  get workEndsMs(): number {
    return this.deadlineMs;
  }

  get isOver(): boolean {
    return this.#isEnded || this.#request.isGone;
  }

  isGone(): boolean {
    return this.#request.isGone;
  }

  whenOver(end: () => void): () => void {
    if (this.#isEnded) {
      end();
      return () => undefined;
    }
    // The same function may be given twice, and each of them is taken back by itself.
    const own = (): void => end();
    this.#enders ??= new Set();
    this.#enders.add(own);
    return () => {
      this.#enders?.delete(own);
    };
  }

  endWork(): void {
    this.#isEnded = true;
    for (const ender of this.#enders ?? []) ender();
    this.#enders = null;
  }
}
