import { expect, it } from 'vitest';
import { protocolOf } from '../../../sandbox/mesh/protocol.ts';

it.each([
  [{ port: 80, name: 'http' }, 'HTTP'],
  [{ port: 80, name: 'http-web' }, 'HTTP'],
  [{ port: 80, name: 'HTTP-web' }, 'HTTP'],
  [{ port: 80, name: 'http2' }, 'HTTP2'],
  [{ port: 80, name: 'grpc-api' }, 'GRPC'],
  [{ port: 80, name: 'grpc-web' }, 'GRPC'],
  [{ port: 443, name: 'https' }, 'TCP'],
  [{ port: 443, name: 'tls-x' }, 'TCP'],
  [{ port: 27017, name: 'mongo' }, 'TCP'],
  [{ port: 80, name: 'tcp', appProtocol: 'http' }, 'HTTP'],
  [{ port: 80, appProtocol: 'kubernetes.io/h2c' }, 'HTTP2'],
  [{ port: 80, appProtocol: 'kubernetes.io/ws' }, 'HTTP'],
  [{ port: 443, appProtocol: 'kubernetes.io/wss' }, 'TCP'],
  [{ port: 80, name: 'httpx' }, 'unknown'],
  [{ port: 80, name: 'web' }, 'unknown'],
  [{ port: 80 }, 'unknown'],
  [{ port: 3306 }, 'TCP'],
  [{ port: 53, name: 'dns', protocol: 'UDP' }, 'UDP'],
  [{ port: 80, name: 'constructor' }, 'unknown'],
])('§1.6 %j is %s', (port, protocol) => {
  expect(protocolOf(port)).toBe(protocol);
});
