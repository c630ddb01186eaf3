/** Why a text is not a JSON web key or a set of them (RFC 7517). */
export function jwksMistake(text: string): string | undefined {
  const failed = 'jwks parse error: failed to unmarshal JWK set';
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return `${failed}: ${error instanceof Error ? error.message : String(error)}`;
  }
  const keys = isRecord(value) && Array.isArray(value['keys']) ? (value['keys'] as unknown[]) : [value];
  const wrong = keys.findIndex((key) => !isKey(key));
  return wrong < 0 ? undefined : `${failed}: failed to unmarshal key #${wrong}`;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const needed: Readonly<Record<string, readonly string[]>> = {
  RSA: ['n', 'e'],
  EC: ['crv', 'x', 'y'],
  OKP: ['crv', 'x'],
  oct: ['k'],
};

function isKey(key: unknown): boolean {
  if (!isRecord(key)) return false;
  const type = key['kty'];
  if (typeof type !== 'string' || !Object.hasOwn(needed, type)) return false;
  return (needed[type] ?? []).every((name) => typeof key[name] === 'string');
}
