// `normalize_path` as Istio's BASE: percent-encoded unreserved characters decoded, `.` and `..` resolved; `//` stays.

/** @returns undefined for a path that cannot be one (Envoy answers 400). */
export function normalPath(target: string): string | undefined {
  // Most paths have nothing to normalise.
  if (!/[%\\"<>^`{|}]|\/\./.test(target)) return target;
  const query = target.indexOf('?');
  const path = query === -1 ? target : target.slice(0, query);
  if (/%00/.test(path)) return undefined;
  const decoded = path
    .replaceAll('\\', '/')
    .replace(/%([\da-fA-F]{2})/g, (token, hex: string) => {
      const character = String.fromCharCode(Number.parseInt(hex, 16));
      return /[\w.~-]/.test(character) ? character : token;
    })
    .replace(/["<>^`{|}]/g, encodeURIComponent);
  return resolved(decoded) + (query === -1 ? '' : target.slice(query));
}

/** RFC 3986 §5.2.4 */
function resolved(path: string): string {
  const segments = path.split('/').slice(1);
  const kept: string[] = [];
  for (const [index, segment] of segments.entries()) {
    const last = index === segments.length - 1;
    if (segment === '..') kept.pop();
    else if (segment !== '.') kept.push(segment);
    if (last && (segment === '.' || segment === '..')) kept.push('');
  }
  return `/${kept.join('/')}`;
}
