/** The one list of vendor simulators that the simulator process serves. */
import type { SimulatorFactory } from '#simulation/simulator.ts';

export const SIMULATORS: readonly SimulatorFactory[] = [];
