/**
 * Ports nobody listens on: they are below those that programs get by themselves, and no service has these numbers. One
 * that was free a moment ago could be somebody's by now.
 */
export const deadPorts: readonly number[] = [4, 6, 8, 10, 12, 14, 16, 26, 28, 30];
export const deadPort = 4;
