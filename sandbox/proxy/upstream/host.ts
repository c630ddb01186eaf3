import type { Address } from '../../network/network.ts';
import type { LbEndpoint } from '../../envoy/config.ts';
import { hostPort } from '../stream/stream-info.ts';
import type { Pool } from './pool.ts';
import type { UpstreamTls } from './upstream-tls.ts';

/** An endpoint of a cluster, with what is known of it. */
export class UpstreamHost {
  readonly address: Address;
  /** `ip:port`, as logs print it. */
  readonly name: string;
  readonly pool: Pool;
  /** Undefined is plain text. */
  readonly tls: UpstreamTls | undefined;
  weight = 1;
  /** What the control plane says. */
  health: NonNullable<LbEndpoint['health_status']> = 'HEALTHY';
  /** Requests under way. */
  active = 0;
  requests = 0;
  successes = 0;
  errors = 0;
  ejectedAt: number | undefined;
  /** The next ejection lasts so many base times. */
  ejections = 0;
  consecutive5xx = 0;
  consecutiveGateway = 0;
  consecutiveLocal = 0;

  constructor(address: Address, pool: Pool, tls: UpstreamTls | undefined) {
    this.address = address;
    this.name = hostPort(address);
    this.pool = pool;
    this.tls = tls;
  }

  get healthy(): boolean {
    return this.health === 'HEALTHY' && this.ejectedAt === undefined;
  }
}
