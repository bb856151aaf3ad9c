/** The one list of subgraphs. supergraph.yaml, schema/ and the processes in bin/ agree with it; a test sees to that. */

/** One per kind of system a retailer runs; all the same shape. */
export const SYSTEM_SUBGRAPHS = ['erp', 'pos', 'wms', 'marketplace'] as const;
export type SystemSubgraph = (typeof SYSTEM_SUBGRAPHS)[number];

/** The system subgraphs, and the one that answers across them. */
export const SUBGRAPHS = [...SYSTEM_SUBGRAPHS, 'process'] as const;
export type Subgraph = (typeof SUBGRAPHS)[number];
