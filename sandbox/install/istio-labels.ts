export const istioVersion = '1.25.1';

/** Labels Istio's installer puts on everything it makes. */
export const istioLabels = (component: string, name: string): Record<string, string> => ({
  'app.kubernetes.io/instance': 'istio',
  'app.kubernetes.io/managed-by': 'Helm',
  'app.kubernetes.io/name': name,
  'app.kubernetes.io/part-of': 'istio',
  'app.kubernetes.io/version': istioVersion,
  'install.operator.istio.io/owning-resource': 'unknown',
  'istio.io/rev': 'default',
  'operator.istio.io/component': component,
  release: 'istio',
});
