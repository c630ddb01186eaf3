import xxhash from 'xxhash-wasm';

const algorithms = await xxhash();

/** Envoy's hash of keys and of hosts: XXH64. @param text bytes as Latin-1, as heads are read */
export function hash64(text: string, seed = 0n): bigint {
  return algorithms.h64Raw(Buffer.from(text, 'latin1'), seed);
}
