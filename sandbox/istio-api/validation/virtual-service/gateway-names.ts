import type { Findings } from '../findings.ts';
import { fqdnMistake, isDnsLabel } from '../names.ts';

/** `name`, `namespace/name` or the old `name.namespace.svc.cluster.local`; nothing after the first plain name is read. */
export function gatewayNames(findings: Findings, gateways: readonly string[]): void {
  for (const gateway of gateways) {
    const slash = gateway.indexOf('/');
    if (slash < 0) {
      plainName(findings, gateway);
      return;
    }
    const namespace = gateway.slice(0, slash);
    const name = gateway.slice(slash + 1);
    if (namespace === '' || name === '') {
      findings.error('config namespace and gateway name cannot be empty');
    }
    if (!isDnsLabel(namespace)) {
      findings.error(`invalid value for namespace: ${JSON.stringify(namespace)}`);
    }
    if (!isDnsLabel(name)) findings.error(`invalid value for gateway name: ${JSON.stringify(name)}`);
  }
}

function plainName(findings: Findings, gateway: string): void {
  const [name, namespace] = gateway.split('.');
  if (name !== undefined && namespace !== undefined) {
    findings.warn(
      `using legacy gatewayName format ${JSON.stringify(gateway)}; prefer the <namespace>/<name> format: ${JSON.stringify(`${namespace}/${name}`)}`,
    );
  }
  findings.error(fqdnMistake(gateway));
}
