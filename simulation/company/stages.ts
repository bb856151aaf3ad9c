/**
 * Which stages the seeded orders stand in, by kind of order. Each list is dealt round: the first round of it covers
 * every meaningful stage, even in the small company.
 */
import type { CompanyOrderStage } from '#simulation/company/company.ts';

export type OrderKind = 'WEB_SHIP' | 'WEB_PICKUP' | 'MARKETPLACE';

export type StagePlan = {
  readonly stage: CompanyOrderStage;
  /** How long ago the order was placed, in hours: youngest and oldest. */
  readonly ageHours: readonly [number, number];
  /** The channel has the order, the ERP does not yet. */
  readonly notPosted?: true;
};

const DAYS = 24;

const plan = (stage: CompanyOrderStage, youngest: number, oldest: number): StagePlan => ({
  stage,
  ageHours: [youngest, oldest],
});

export const STAGE_PLANS: Readonly<Record<OrderKind, readonly StagePlan[]>> = {
  WEB_SHIP: [
    plan('QUOTED', 0.2, 20),
    plan('CONFIRMED', 0.1, 3),
    plan('RELEASED', 1, 8),
    plan('ALLOCATED', 2, 12),
    plan('PICKING', 3, 16),
    plan('PACKED', 5, 24),
    plan('PARTIALLY_SHIPPED', 12, 3 * DAYS),
    plan('SHIPPED', 20, 4 * DAYS),
    plan('DELIVERED', 3 * DAYS, 10 * DAYS),
    plan('CANCELLED', 5, 10 * DAYS),
    plan('RETURNED', 6 * DAYS, 10 * DAYS),
    plan('SHIPPED', 20, 4 * DAYS),
    plan('DELIVERED', 3 * DAYS, 10 * DAYS),
    plan('CONFIRMED', 0.1, 3),
    plan('DELIVERED', 3 * DAYS, 10 * DAYS),
    plan('RELEASED', 1, 8),
    plan('SHIPPED', 20, 4 * DAYS),
    plan('DELIVERED', 3 * DAYS, 10 * DAYS),
  ],
  WEB_PICKUP: [
    plan('CONFIRMED', 0.1, 2),
    plan('RELEASED', 0.5, 4),
    plan('ALLOCATED', 1, 6),
    plan('PICKING', 2, 8),
    plan('READY_FOR_PICKUP', 4, 3 * DAYS),
    plan('COLLECTED', 1 * DAYS, 10 * DAYS),
    plan('CANCELLED', 1 * DAYS, 10 * DAYS),
    plan('RETURNED', 4 * DAYS, 10 * DAYS),
    plan('READY_FOR_PICKUP', 4, 3 * DAYS),
    plan('COLLECTED', 1 * DAYS, 10 * DAYS),
    plan('COLLECTED', 1 * DAYS, 10 * DAYS),
  ],
  MARKETPLACE: [
    { stage: 'CONFIRMED', ageHours: [0.02, 0.4], notPosted: true },
    plan('CONFIRMED', 0.5, 4),
    plan('RELEASED', 1, 8),
    plan('ALLOCATED', 2, 12),
    plan('PICKING', 3, 16),
    plan('PACKED', 5, 24),
    plan('PARTIALLY_SHIPPED', 12, 3 * DAYS),
    plan('SHIPPED', 20, 4 * DAYS),
    plan('DELIVERED', 3 * DAYS, 10 * DAYS),
    plan('CANCELLED', 5, 10 * DAYS),
    plan('RETURNED', 6 * DAYS, 10 * DAYS),
    { stage: 'CONFIRMED', ageHours: [0.02, 0.4], notPosted: true },
    plan('SHIPPED', 20, 4 * DAYS),
    plan('DELIVERED', 3 * DAYS, 10 * DAYS),
    plan('DELIVERED', 3 * DAYS, 10 * DAYS),
  ],
};

/** Stages in which the goods still stand at the site and are promised to the order. */
export const COMMITTED_STAGES: ReadonlySet<CompanyOrderStage> = new Set([
  'CONFIRMED',
  'RELEASED',
  'ALLOCATED',
  'PICKING',
  'PACKED',
  'PARTIALLY_SHIPPED',
  'READY_FOR_PICKUP',
]);

/** Stages that come after the goods left the site. */
export const GONE_STAGES: ReadonlySet<CompanyOrderStage> = new Set(['SHIPPED', 'DELIVERED', 'COLLECTED', 'RETURNED']);
