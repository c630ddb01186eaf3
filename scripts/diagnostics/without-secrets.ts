// Text of a cluster that may be shown to others.

/** Private keys, tokens, and passwords in addresses are replaced by words. */
export const withoutSecrets = (text: string): string =>
  secrets.reduce((rest, [pattern, words]) => rest.replaceAll(pattern, words), text);

const secrets: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[^]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, '(a private key)'],
  // The same, encoded once more, as in kubeconfigs and Secrets: the first bytes of its first line.
  [/LS0tLS1CRUdJTi[\w+/]*(?:UFJJVkFURSBLRVkt|BSSVZBVEUgS0VZ|QUklWQVRFIEtFW)[\w+/=]*/g, '(a private key)'],
  [/\beyJ[\w-]+\.eyJ[\w-]+\.[\w-]*/g, '(a token)'],
  [/\b([Bb]earer )[\w.~+/-]{16,}=*/g, '$1(a token)'],
  [/(\w:\/\/)[^\s/:@'"]+:[^\s/@'"]+@/g, '$1(a password)@'],
  [/("?(?:private_?key|client-key-data|password|token)"?: ?)"?[\w+/=.-]{16,}"?/gi, '$1"(left out)"'],
];

const telling = /token|passw|secret|credential|private|api_?key/i;

/** An object of Kubernetes without what is of no interest to people, or of too much. */
export function presentable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(presentable);
  if (typeof value !== 'object' || value === null) return value;
  const { name, value: content } = value as { readonly name?: unknown; readonly value?: unknown };
  const isVariable = typeof name === 'string' && typeof content === 'string' && telling.test(name);
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !unwanted.has(key))
      .map(([key, item]) => [key, isVariable && key === 'value' ? '(left out)' : presentable(item)]),
  );
}

/** The second one holds the object once more, variables included. */
const unwanted = new Set(['managedFields', 'kubectl.kubernetes.io/last-applied-configuration']);
