/** The lid of a laptop is closed in the middle of a stream, orders move on, it is opened: prints what it heard and when. */
import type { CompanySize } from '#simulation/company/company.ts';
import { drawCompany } from '#simulation/company/generate.ts';
import { type Heard, type LidStory, runLid, verdictOf } from './lid/story.ts';
import { type Say, say } from './say.ts';
import { openStage } from './stage.ts';

export const tellLid = (story: LidStory, tell: Say): void => {
  const { heard, witness, closedAtMs, openedAtMs, orders } = story;
  const startMs = Math.min(...witness.map(({ atMs }) => atMs));
  const at = (atMs: number): string => `${String(Math.round(atMs - startMs)).padStart(6)} ms`;
  const line = ({ atMs, number, sequence, type, replayed }: Heard): string =>
    `  ${at(atMs)}  ${number.padEnd(12)} ${`#${sequence}`.padEnd(4)} ${type.padEnd(18)} ${replayed ? 'replayed' : 'live'}`;
  tell(`\nOrders of the web shop, as the laptop hears them (${orders.join(', ')} move):`);
  for (const event of heard.filter(({ atMs }) => atMs <= closedAtMs)) tell(line(event));
  tell(`  ${at(closedAtMs)}  --- lid closed; it keeps the cursor of the last event ---`);
  for (const event of witness.filter(({ atMs }) => atMs > closedAtMs && atMs <= openedAtMs))
    tell(`${line(event).replace(/ live$/, '')} (heard by a witness only)`);
  tell(`  ${at(openedAtMs)}  --- lid opened; it resumes behind that cursor ---`);
  for (const event of heard.filter(({ atMs }) => atMs > closedAtMs)) tell(line(event));
  const { missed, doubled } = verdictOf(story);
  const byOrder = Map.groupBy(heard, ({ number }) => number);
  tell('\nSequence numbers per order, as the laptop heard them:');
  for (const [number, events] of byOrder)
    tell(`  ${number.padEnd(12)} ${events.map(({ sequence }) => sequence).join(' ')}`);
  tell(
    `\n${heard.length} events heard, ${witness.length} happened: missed ${missed}, doubled ${doubled}, gaps ${story.gaps}.`,
  );
};

export const lid = async (variables: NodeJS.ProcessEnv): Promise<void> => {
  const size: CompanySize = variables.SIMULATOR_SIZE === 'small' ? 'small' : 'full';
  say(`Starting a company of ${size === 'small' ? '3' : '300'} stores ...`);
  await using stage = await openStage({ ...variables, SIMULATOR_SIZE: size });
  tellLid(await runLid(stage, drawCompany({ size, nowMs: Date.now() })), say);
};
