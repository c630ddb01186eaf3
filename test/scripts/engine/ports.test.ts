import { createServer } from 'node:net';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import {
  defaultPortBase,
  moveHostPorts,
  readPortBase,
  requireFreePorts,
} from '../../../scripts/engine/ports.ts';

it.each([
  [undefined, 30_000],
  ['', 30_000],
  ['31000', 31_000],
])('LAB_PORT_BASE %o is %d', (text, base) => {
  expect(readPortBase({ LAB_PORT_BASE: text })).toBe(base);
});

it.each(['80', '65531', '3e4x', '-1', '30000.5'])('LAB_PORT_BASE %o is refused', (text) => {
  expect(() => readPortBase({ LAB_PORT_BASE: text })).toThrow(
    `LAB_PORT_BASE must be a whole number from 1024 to 65530, got "${text}"`,
  );
});

it('names the busy port, whose it would be, and how to move', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await expect(requireFreePorts(port)).rejects.toMatchObject({
    code: 'PORT_BUSY',
    message: `Port ${port} (gateway) is used by another program`,
    hint: expect.stringContaining('LAB_PORT_BASE=') as string,
  });
  server.close();
});

describe('a text with ports of this machine', () => {
  it.each([
    [
      'curl http://localhost:30000/x 127.0.0.1:30005',
      31_000,
      'curl http://localhost:31000/x 127.0.0.1:31005',
    ],
    [
      'http://localhost:3000 localhost:30006 pod:30000',
      31_000,
      'http://localhost:3000 localhost:30006 pod:30000',
    ],
    ['http://localhost:30001', 2000, 'http://localhost:2001'],
  ])('%s, from %i on, and back', (text, base, expected) => {
    expect(moveHostPorts(text, base)).toBe(expected);
    expect(moveHostPorts(expected, defaultPortBase, base)).toBe(text);
  });
});
