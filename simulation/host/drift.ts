/** A vendor changes its answers without telling anyone: one field is renamed, or gone. */
import type { FaultOf } from '#simulation/host/faults.ts';
import type { SimResponse } from '#simulation/simulator.ts';

type Drift = Pick<FaultOf<'schema-drift'>, 'field' | 'renameTo'>;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const driftedAt = (value: unknown, path: readonly string[], renameTo: string | undefined): unknown => {
  if (Array.isArray(value)) return value.map((entry) => driftedAt(entry, path, renameTo));
  const [name, ...rest] = path;
  if (!isObject(value) || name === undefined || !(name in value)) return value;
  if (rest.length > 0) return { ...value, [name]: driftedAt(value[name], rest, renameTo) };
  const { [name]: moved, ...others } = value;
  return renameTo === undefined ? others : { ...others, [renameTo]: moved };
};

/** Leaves what does not have the field as it is. */
export const toDrifted = (body: unknown, drift: Drift): unknown =>
  driftedAt(body, drift.field.split('.'), drift.renameTo);

const parsedOrNull = (body: string): unknown => {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
};

/** Answers written as text drift too when the text is JSON. */
export const toDriftedResponse = (response: SimResponse, drifts: readonly Drift[]): SimResponse => {
  if (drifts.length === 0 || response.body === undefined) return response;
  const apply = (body: unknown): unknown => drifts.reduce(toDrifted, body);
  if (typeof response.body !== 'string') {
    // Through JSON, so that what drifts is what would have been sent (dates, toJSON).
    return { ...response, body: apply(JSON.parse(JSON.stringify(response.body))) };
  }
  const parsed = parsedOrNull(response.body);
  return parsed === null ? response : { ...response, body: JSON.stringify(apply(parsed)) };
};
