export { createSimulatorClient } from './control/create-simulator-client.ts';
export type { SimulatorClient } from './control/create-simulator-client.ts';
export type { CommandInput, CommandResult, Fault, LogEntry, Truth } from './control/commands.ts';
export type { DeepWall } from './population/deep-wall.ts';
export { DEMO_WALL, SPECIAL_WALLS } from './population/special-walls.ts';
export { TRAP_POSTS } from './population/traps.ts';
export type { TrapName } from './population/traps.ts';
export { startVkSimulator } from './start-vk-simulator.ts';
export type { VkSimulator, VkSimulatorOptions } from './start-vk-simulator.ts';
