import type { Client } from './model/destination-rules.ts';
import type { LogMode } from './telemetry/telemetry.ts';
import type { MeshConfig } from './mesh-config.ts';
import type { MeshSnapshot } from './model.ts';
import type { ProxyNode } from './proxy-node.ts';

/** The mesh config as Sidecar and Telemetry change it for one proxy, in one direction of its traffic. */
export function meshConfigFor(
  { mesh, sidecars, telemetry }: Pick<MeshSnapshot, 'mesh' | 'sidecars' | 'telemetry'>,
  type: ProxyNode['type'],
  client: Client,
  mode: LogMode,
): MeshConfig {
  const policy = type === 'sidecar' ? sidecars.find(client)?.outboundTrafficPolicy : undefined;
  const logs = telemetry.logs(client, mode);
  return {
    ...mesh,
    ...(policy !== undefined && { outboundTrafficPolicy: policy }),
    ...(logs !== undefined && { accessLogFile: logs ? '/dev/stdout' : '' }),
  };
}
