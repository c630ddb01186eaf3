import { parse } from 'yaml';
import { type Verdict, validateIstio } from '../../../../sandbox/istio-api/validate.ts';

/** What is said of an object `web` in `default` with this `spec`, in YAML. */
export function verdict(kind: string, spec: string, name = 'web'): Verdict {
  return validateIstio({
    apiVersion: 'networking.istio.io/v1',
    kind,
    metadata: { name, namespace: 'default' },
    spec: parse(spec) as unknown,
  });
}
