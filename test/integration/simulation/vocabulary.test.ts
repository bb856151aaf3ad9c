/** One vocabulary of faults: every fault works on every vendor's simulator, said in the vendor's own way. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SIMULATORS } from '#bin/simulators.ts';
import { isoOf } from '#runtime/clock.ts';
import { type FaultInput, RETRY_AFTER_FORMS } from '#simulation/host/faults.ts';
import type { LedgerReport } from '#simulation/host/ledger.ts';
import type { SimulatorFactory } from '#simulation/simulator.ts';
import { createTestClock, type TestClock } from '#test/support/clock.ts';
import { createVirtualVendor, type VirtualVendor } from '#test/support/virtual-vendor.ts';
import { type Caller, FACTS, type VendorFacts } from './callers.ts';

const TARGET = 'http://listener.test/webhooks/it';

const factsOf = (vendor: string): VendorFacts => {
  const facts = FACTS[vendor];
  if (!facts) throw new Error(`callers.ts does not say how to speak to ${vendor}`);
  return facts;
};

const writesIn = (ledger: LedgerReport): number =>
  Object.values(ledger.writes).reduce((sum, { count }) => sum + count, 0);

const valuesAt = (body: unknown, path: readonly string[]): readonly unknown[] => {
  if (Array.isArray(body)) return body.flatMap((entry) => valuesAt(entry, path));
  const [name, ...rest] = path;
  if (name === undefined) return [body];
  return typeof body === 'object' && body !== null && name in body
    ? valuesAt((body as Readonly<Record<string, unknown>>)[name], rest)
    : [];
};

/** What a header says, as a moment, whatever its form. */
const momentOf = (form: (typeof RETRY_AFTER_FORMS)[number], value: string | null, nowMs: number): number | null => {
  if (value === null) return null;
  if (form === 'seconds') return nowMs + Number(value) * 1000;
  return form === 'epoch-ms' ? Number(value) : Date.parse(value);
};

const VENDORS = SIMULATORS.map((factory): readonly [string, SimulatorFactory] => [factory.vendor, factory]);

describe.each(VENDORS)('calls to %s', (name, factory) => {
  const { field, open } = factsOf(name);
  let clock: TestClock;
  let vendor: VirtualVendor;
  let caller: Caller;

  beforeEach(async () => {
    clock = createTestClock();
    vendor = createVirtualVendor(factory, { clock });
    caller = await open(vendor);
    vendor.host.ledger.reset();
  });
  afterEach(async () => {
    await vendor[Symbol.asyncDispose]();
  });

  const written = (): number => writesIn(vendor.ledger());

  it('are answered and performed without faults', async () => {
    const read = await caller.read();
    expect(read.status).toBe(200);
    expect(valuesAt(await read.json(), field.split('.')).length).toBeGreaterThan(0);
    expect((await caller.write()).status).toBe(200);
    expect(written()).toBe(1);
  });

  it.each(RETRY_AFTER_FORMS)('throttle, Retry-After as %s', async (form) => {
    vendor.addFault({ kind: 'throttle', retryAfter: form, retryAfterMs: 7_000, count: 1 });
    const refusal = await caller.write();
    expect(refusal.status).toBe(429);
    const expected = form === 'none' ? null : clock.now() + 7_000;
    expect(momentOf(form, refusal.headers.get('retry-after'), clock.now())).toBe(expected);
    expect(written()).toBe(0);
    expect(vendor.ledger().throttled).toBe(1);
    expect((await caller.write()).status).toBe(200);
  });

  it.each(RETRY_AFTER_FORMS)('quota, Retry-After as %s: the next token', async (form) => {
    const fault = vendor.addFault({ kind: 'quota', ratePerSecond: 0.25, burst: 2, retryAfter: form });
    expect([(await caller.write()).status, (await caller.write()).status]).toEqual([200, 200]);
    const refusal = await caller.write();
    expect(refusal.status).toBe(429);
    const expected = form === 'none' ? null : clock.now() + 4_000;
    expect(momentOf(form, refusal.headers.get('retry-after'), clock.now())).toBe(expected);
    await clock.advance(4_000);
    expect((await caller.write()).status).toBe(200);
    expect(written()).toBe(3);
    const { limits } = vendor.ledger();
    expect(limits[fault.id]?.admittedAtMs).toHaveLength(3);
    expect(limits[fault.id]).toMatchObject({ ratePerSecond: 0.25, burst: 2, heldCalls: 0 });
  });

  it.each(RETRY_AFTER_FORMS)('concurrency, Retry-After as %s', async (form) => {
    const fault = vendor.addFault({ kind: 'concurrency', atOnce: 1, retryAfter: form, retryAfterMs: 2_000 });
    vendor.addFault({ kind: 'slow', delayMs: 1_000, count: 1 });
    const first = caller.write();
    await clock.sleeping();
    const refusal = await caller.write();
    expect(refusal.status).toBe(429);
    const expected = form === 'none' ? null : clock.now() + 2_000;
    expect(momentOf(form, refusal.headers.get('retry-after'), clock.now())).toBe(expected);
    await clock.advance(1_000);
    expect((await first).status).toBe(200);
    expect((await caller.write()).status).toBe(200);
    expect(vendor.ledger().places[fault.id]).toMatchObject({ atOnce: 1, refusedAtMs: [expect.anything()] });
  });

  it('unavailable', async () => {
    vendor.addFault({ kind: 'unavailable', count: 1 });
    expect((await caller.write()).status).toBe(503);
    expect(written()).toBe(0);
  });

  it('slow', async () => {
    vendor.addFault({ kind: 'slow', delayMs: 3_000, count: 1 });
    const answer = caller.write();
    await clock.sleeping();
    await clock.advance(2_999);
    expect(written()).toBe(0);
    await clock.advance(1);
    expect((await answer).status).toBe(200);
  });

  it('hang', async () => {
    vendor.addFault({ kind: 'hang', hangMs: 30_000, count: 1 });
    const gone = expect(caller.write()).rejects.toMatchObject({ cause: { code: 'UND_ERR_SOCKET' } });
    await clock.sleeping();
    await clock.advance(30_000);
    await gone;
    expect(written()).toBe(0);
  });

  it('reset', async () => {
    vendor.addFault({ kind: 'reset', count: 1 });
    await expect(caller.write()).rejects.toMatchObject({ cause: { code: 'ECONNRESET' } });
    expect(written()).toBe(0);
  });

  it('lost-reply', async () => {
    vendor.addFault({ kind: 'lost-reply', count: 1 });
    await expect(caller.write()).rejects.toMatchObject({ cause: { code: 'UND_ERR_SOCKET' } });
    expect(written()).toBe(1);
  });

  it('schema-drift', async () => {
    vendor.addFault({ kind: 'schema-drift', field, renameTo: 'drifted', count: 1 });
    const body: unknown = await (await caller.read()).json();
    const path = field.split('.');
    expect(valuesAt(body, path)).toEqual([]);
    expect(valuesAt(body, [...path.slice(0, -1), 'drifted']).length).toBeGreaterThan(0);
  });
});

const PUSHING = VENDORS.filter(([name]) => factsOf(name).happens);

describe.each(PUSHING)('webhooks of %s', (name, factory) => {
  let clock: TestClock;
  let vendor: VirtualVendor;
  let received: string[];
  let happened: number;

  /** One thing happens, and what is due goes out. */
  const happen = async (): Promise<void> => {
    happened += 1;
    const command = factsOf(name).happens?.(happened);
    if (command) await vendor.host.simulator.act(command);
    await clock.advance(0);
  };
  const eventIds = (): readonly string[] => vendor.ledger().deliveries.events.map(({ eventId }) => eventId);
  const add = (fault: FaultInput) => vendor.addFault(fault);
  /** How many webhooks one thing makes. */
  const perHappening = async (): Promise<number> => {
    await happen();
    const sent = received.length;
    received.length = 0;
    vendor.host.ledger.reset();
    return sent;
  };

  beforeEach(async () => {
    clock = createTestClock();
    received = [];
    happened = 0;
    vendor = createVirtualVendor(factory, {
      clock,
      deliverTo: async (_url, init) => {
        received.push(String(init?.body));
        return new Response(null, { status: 200 });
      },
    });
    await vendor.host.simulator.act({ kind: 'subscribe', url: TARGET });
  });
  afterEach(async () => {
    await vendor[Symbol.asyncDispose]();
  });

  it('come once each without faults', async () => {
    const sent = await perHappening();
    expect(sent).toBeGreaterThan(0);
    await happen();
    expect(new Set(eventIds()).size).toBe(sent);
    expect(vendor.ledger().deliveries).toMatchObject({ attempts: sent, acknowledged: sent });
  });

  it('duplicate', async () => {
    const sent = await perHappening();
    add({ kind: 'duplicate', copies: 2 });
    await happen();
    expect(received).toHaveLength(3 * sent);
    expect(new Set(received).size).toBe(sent);
    expect(new Set(eventIds()).size).toBe(sent);
  });

  it('reorder', async () => {
    const sent = await perHappening();
    const fault = add({ kind: 'reorder', holdMs: 300_000 });
    await clock.advance(60_000);
    const earlier = isoOf(clock.now());
    await happen();
    expect(received).toEqual([]);
    vendor.host.faults.clear(fault.id);
    await clock.advance(60_000);
    const later = isoOf(clock.now());
    await happen();
    expect(received).toHaveLength(2 * sent);
    const places = (at: string): readonly number[] =>
      received.flatMap((body, place) => (body.includes(at) ? [place] : []));
    expect(Math.min(...places(later))).toBe(0);
    expect(Math.max(...places(earlier))).toBeGreaterThan(0);
    expect(places(earlier)).toHaveLength(sent);
  });

  it('stale', async () => {
    const sent = await perHappening();
    add({ kind: 'stale', delayMs: 5_000 });
    await happen();
    const before = [...received];
    expect(before).toHaveLength(sent);
    await clock.advance(5_000);
    expect(received).toHaveLength(2 * sent);
    expect(received.slice(sent).toSorted()).toEqual(before.toSorted());
  });

  it('lost-delivery', async () => {
    const sent = await perHappening();
    add({ kind: 'lost-delivery' });
    await happen();
    expect(received).toEqual([]);
    expect(vendor.ledger().deliveries).toMatchObject({ attempts: 0, lost: sent });
  });
});

describe.each(VENDORS.filter(([name]) => !factsOf(name).happens))('%s', (_name, factory) => {
  it('pushes nothing, so there is nothing to subscribe to', async () => {
    await using vendor = createVirtualVendor(factory, { clock: createTestClock() });
    expect(() => vendor.host.simulator.act({ kind: 'subscribe', url: TARGET })).toThrow(/push/);
  });
});
