import type { Address } from '../../network/network.ts';
import type { ProxySocket } from '../upstream/connector.ts';

/** A connection a filter has taken. */
export interface AcceptedConnection {
  /** Ends it as soon as nothing is cut short by that. */
  drain(): void;
  /** Ends it now. */
  destroy(): void;
}

/** What a filter chain ends in: HTTP or plain TCP. */
export interface NetworkFilter {
  /**
   * @param destination where the client meant to go; undefined: the socket's own end
   * @param closed called once, when the connection is gone
   */
  accept(socket: ProxySocket, destination: Address | undefined, closed: () => void): AcceptedConnection;
  /**
   * Takes over a connection that a filter of an earlier configuration has accepted, from its next request on; false: it
   * cannot.
   */
  adopt(connection: AcceptedConnection): boolean;
}
