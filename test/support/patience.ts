/**
 * How long a test waits for what must come, in milliseconds. Nobody waits so long while all is well, and a machine that
 * does twenty other things for some seconds turns nothing red.
 */
export const patienceMs = 60_000;
