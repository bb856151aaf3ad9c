/** Which channel's answers a caller may have. */
import { Failure } from '#runtime/failure.ts';
import type { Identity } from '#runtime/graphql/identity.ts';

/**
 * A caller sees the channel its token stands for; operators see all. What a channel may sell tells competitors and
 * other channels' partners about its rules, so a channel named in the arguments alone opens nothing.
 */
export const mayAsk = (identity: Identity, channel: string): boolean =>
  identity.channel === channel || identity.channel === '*' || identity.scopes.has('ops:read');

/** The context with its channel settled: the caller's own where none is named. */
export const forCaller = <Context extends { readonly channel?: string | null }>(
  identity: Identity,
  context: Context | null | undefined,
) => {
  const own = identity.channel === '*' ? 'web' : identity.channel;
  const channel = context?.channel ?? own;
  if (mayAsk(identity, channel)) return { ...context, channel };
  throw new Failure(
    'FORBIDDEN',
    `context.channel: this caller belongs to channel ${JSON.stringify(own)} and cannot ask for ${JSON.stringify(channel)}.`,
    { field: 'context.channel' },
  );
};
