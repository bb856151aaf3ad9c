/** What stands behind the GraphQL types of availability. */
import type { StockPosition } from '#model/stock.ts';
import type { Assessment, LocationAssessment } from './assessment.ts';
import type { LocationAnswer } from './by-location.ts';

export type AvailabilityParent = Assessment;
export type LocationAvailabilityParent = LocationAnswer;
/** A ledger line with the reading it comes from, for its stamps. */
export type StockPositionParent = { readonly position: StockPosition; readonly location: LocationAssessment };
/** An item as other types point at it: its key. */
export type VariantParent = { readonly id: string };
