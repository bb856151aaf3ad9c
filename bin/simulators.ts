/** The one list of vendor simulators that the simulator process serves. */
import type { SimulatorFactory } from '#simulation/simulator.ts';
import { amazonSimulator } from '#subgraphs/marketplace/adapters/amazon/simulator/simulator.ts';
import { squareSimulator } from '#subgraphs/pos/adapters/square/simulator/simulator.ts';
import { trytonSimulator } from '#vendors/tryton/simulator/simulator.ts';

export const SIMULATORS: readonly SimulatorFactory[] = [trytonSimulator, squareSimulator, amazonSimulator];
