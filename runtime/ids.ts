import { randomBytes, randomUUID } from 'node:crypto';

/** Randomness as a parameter. */
export type Ids = {
  uuid(): string;
  /** Uniform in [0, 1): jitter and sampling, never secrets. */
  random(): number;
  /** `bytes` random bytes as base64url. */
  token(bytes: number): string;
};

export const systemIds: Ids = {
  uuid: () => randomUUID(),
  random: () => randomBytes(4).readUInt32BE(0) / 2 ** 32,
  token: (bytes) => randomBytes(bytes).toString('base64url'),
};
