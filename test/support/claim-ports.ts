import { createServer, type Server } from 'node:net';

/** Six ports in a row on 127.0.0.1 that no other test has, in this process or beside it. */
export interface PortClaim extends Disposable {
  readonly base: number;
}

const width = 10;
/** Below the range that the system hands out by itself, and what `npm test` gives to labs. */
const [first, last] = [12_000, 28_000];

/** Who listens on the last port of ten has the others: a look at what is free would be out of date at once. */
export async function claimPorts(): Promise<PortClaim> {
  const blocks = (last - first) / width;
  for (let tries = 0; tries < blocks; tries += 1) {
    const base = first + ((process.pid + tries) % blocks) * width;
    const claim = await listenOn(base + width - 1);
    if (claim === undefined) continue;
    if (await areFree(base)) return { base, [Symbol.dispose]: () => void claim.close() };
    claim.close();
  }
  throw new Error('There are no six free ports in a row');
}

async function areFree(base: number): Promise<boolean> {
  const probes = await Promise.all(Array.from({ length: 6 }, (_, index) => listenOn(base + index)));
  await Promise.all(probes.map((probe) => new Promise((done) => probe?.close(done) ?? done(undefined))));
  return probes.every((probe) => probe !== undefined);
}

/** Undefined when somebody else listens there. It does not keep the process alive. */
function listenOn(port: number): Promise<Server | undefined> {
  return new Promise((resolve) => {
    const server = createServer().unref();
    server.once('error', () => resolve(undefined));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => resolve(server));
  });
}
