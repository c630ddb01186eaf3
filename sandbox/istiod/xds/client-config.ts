// A proxy's state as a message envoy.service.status.v3.ClientConfig: what `istioctl proxy-status` makes a line of.

import { istioVersion } from '../../install/istio-labels.ts';
import type { ConnectedProxy } from '../../mesh/discovery.ts';
import type { TypeSync } from '../../mesh/proxy-sync.ts';
import { clusterId, proxyId } from '../identity.ts';
import { bytesField, message, numberField, textField } from './protobuf.ts';

export const clientConfigType = 'type.googleapis.com/envoy.service.status.v3.ClientConfig';

export function clientConfig(proxy: ConnectedProxy): Buffer {
  const metadata = struct({
    CLUSTER_ID: clusterId,
    ISTIO_VERSION: istioVersion,
    NAMESPACE: proxy.node.namespace,
  });
  const node = message(textField(1, proxyId(proxy)), bytesField(3, metadata));
  const types = proxy.types.toSorted((a, b) => a.typeUrl.localeCompare(b.typeUrl));
  return message(bytesField(1, node), ...types.map((type) => bytesField(3, genericXdsConfig(type))));
}

function genericXdsConfig({ typeUrl, sent, acked, sentAt, error }: TypeSync): Buffer {
  const failure = error === '' ? [] : [bytesField(8, updateFailure(sentAt, error))];
  const status = error !== '' ? statuses.error : acked === sent ? statuses.synced : statuses.stale;
  return message(textField(1, typeUrl), bytesField(5, timestamp(sentAt)), numberField(6, status), ...failure);
}

/** envoy.service.status.v3.ConfigStatus */
const statuses = { synced: 1, stale: 3, error: 4 } as const;

/** envoy.admin.v3.UpdateFailureState */
const updateFailure = (at: number, why: string): Buffer =>
  message(bytesField(2, timestamp(at)), textField(3, why));

const timestamp = (ms: number): Buffer =>
  message(numberField(1, Math.floor(ms / 1000)), numberField(2, (ms % 1000) * 1_000_000));

/** google.protobuf.Struct of texts. */
const struct = (fields: Readonly<Record<string, string>>): Buffer =>
  message(
    ...Object.entries(fields).map(([key, value]) =>
      bytesField(1, message(textField(1, key), bytesField(2, message(textField(3, value))))),
    ),
  );
