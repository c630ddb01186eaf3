import { TLSSocket, type SecureContext } from 'node:tls';
import type { ProxySocket } from '../upstream/connector.ts';

/**
 * Ends a client's TLS. `choose` is asked for the certificate of the server name, undefined where the client gave none;
 * without one the handshake fails.
 * @param ended called once: with the connection in plain text, or with nothing when it is gone before that
 */
export function terminateTls(
  socket: ProxySocket,
  choose: (serverName: string | undefined) => SecureContext | undefined,
  ended: (plain: ProxySocket | undefined) => void,
): void {
  let serverName: string | undefined;
  const unnamed = choose(undefined);
  const secure = new TLSSocket(socket, {
    isServer: true,
    ALPNProtocols: ['http/1.1'],
    ...(unnamed && { secureContext: unnamed }),
    SNICallback: (name, callback) => {
      serverName = name;
      const context = choose(name);
      if (context === undefined) callback(new Error(`there is no certificate for ${name}`));
      else callback(null, context);
    },
  });
  let settled = false;
  const settle = (plain: ProxySocket | undefined): void => {
    if (settled) return;
    settled = true;
    ended(plain);
  };
  const fail = (): void => {
    settle(undefined);
    socket.resetAndDestroy();
  };
  secure.on('error', fail);
  secure.on('close', fail);
  secure.once('secure', () => {
    if (settled) return;
    secure.off('error', fail);
    secure.off('close', fail);
    // A stream that is no socket of the system hides whose ends these are.
    const { localAddress, localPort, remoteAddress, remotePort } = socket;
    const ends = { localAddress, localPort, remoteAddress, remotePort, tls: { serverName } };
    for (const [name, value] of Object.entries(ends)) Object.defineProperty(secure, name, { value });
    settle(Object.assign(secure, { resetAndDestroy: () => socket.resetAndDestroy() }));
  });
}
