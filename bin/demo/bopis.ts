/** Buy online, pick up in store: two browsers race for the last unit of a store. Prints who got it and what became of it. */
import type { CompanySize } from '#simulation/company/company.ts';
import { drawCompany } from '#simulation/company/generate.ts';
import type { Position } from './bopis/operations.ts';
import { type Race, runRace, type Try } from './bopis/race.ts';
import { type Say, say } from './say.ts';
import { openStage } from './stage.ts';

const NAMES = 34;

const ms = (value: number): string => `${String(Math.round(value)).padStart(5)} ms`;

const ledgerLine = (when: string, { onHand, reservedSoft, unpostedDemand, sellable }: Position): string =>
  `  ${when.padEnd(28)} on hand ${onHand}   held ${reservedSoft}   ordered ${unpostedDemand}   for sale ${sellable}`;

const tellTry = ({ customer, tookMs, reservation, userErrors }: Try): string =>
  `  ${ms(tookMs)}  ${customer.padEnd(6)} ${reservation === null ? `refused, ${userErrors[0]?.code}` : `holds it until ${reservation.expiresAt.slice(11, 16)} UTC`}`;

export const tellRace = (race: Race, tell: Say): void => {
  const { item, shown, winner, loser, offer, offerMs, held, ordered, collected, words, orderNumber } = race;
  tell(`\n${item.sku} "${item.title}": one unit left in ${item.storeCode}`);
  for (const [index, name] of ['Anna', 'Ben'].entries()) {
    const answer = shown[index];
    tell(
      `  ${name.padEnd(6)} sees ${answer?.status} ${answer?.display.code} (${answer?.display.quantity ?? 'no number'})`,
    );
  }
  tell('\nBoth reserve it for pickup at the same moment:');
  tell(tellTry(winner));
  tell(tellTry(loser));
  for (const { requested, fulfillable } of loser.shortages)
    tell(`            ${loser.customer} wanted ${requested}, there are ${fulfillable}`);
  if (offer) {
    const ready = offer.pickup ? `, ready ${offer.pickup.readyFrom.slice(0, 16).replace('T', ' ')} UTC` : '';
    tell(
      `  ${ms(offerMs)}  ${loser.customer.padEnd(6)} is offered ${offer.location.name}, ${Math.round(offer.distanceKm)} km away${ready}`,
    );
  }
  tell(`\n${winner.customer}'s order ${orderNumber} goes to the store with the reservation, as its page is told:`);
  const meanings: Readonly<Record<string, string>> = {
    [words[0]?.word ?? '']: 'the ERP and the till both know it',
    READY_FOR_PICKUP: 'the store has set it aside (markReadyForPickup)',
    COLLECTED: 'handed over (confirmCollected)',
  };
  for (const { atMs, word } of words)
    tell(`  ${ms(atMs)}  ${word.padEnd(NAMES - 10)} ${meanings[word] ?? ''}`.trimEnd());
  tell(`\nThe last unit in ${item.storeCode}:`);
  tell(ledgerLine('while it is held', held));
  tell(ledgerLine('when the order has taken it', ordered));
  tell(ledgerLine('when it is collected', collected));
};

export const bopis = async (variables: NodeJS.ProcessEnv): Promise<void> => {
  const size: CompanySize = variables.SIMULATOR_SIZE === 'small' ? 'small' : 'full';
  say(`Starting a company of ${size === 'small' ? '3' : '300'} stores ...`);
  await using stage = await openStage({ ...variables, SIMULATOR_SIZE: size });
  tellRace(await runRace(stage, drawCompany({ size, nowMs: Date.now() })), say);
};
