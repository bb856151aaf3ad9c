/** Jest strips types itself: no transform, ES modules run natively (the launcher adds --experimental-vm-modules). */
export default {
  testEnvironment: 'node',
  transform: {},
  extensionsToTreatAsEsm: ['.ts'],
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  modulePathIgnorePatterns: ['<rootDir>/.throughline', '<rootDir>/.live'],
  testTimeout: 60_000,
  maxWorkers: 2,
};
