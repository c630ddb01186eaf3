// envoy.filters.listener.http_inspector: is this HTTP? Decided by the first line, and by as little of it as suffices.

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH', 'PRI'];
const longestLine = 64 * 1024;

/** @returns undefined while more bytes are needed */
export function looksLikeHttp(bytes: Buffer): boolean | undefined {
  const lineEnd = bytes.indexOf(10);
  const line = bytes.toString('latin1', 0, lineEnd === -1 ? bytes.length : lineEnd);
  const space = line.indexOf(' ');
  if (space === -1) {
    if (lineEnd !== -1) return false;
    return methods.some((method) => method.startsWith(line)) ? undefined : false;
  }
  if (!methods.includes(line.slice(0, space))) return false;
  if (lineEnd === -1) return bytes.length > longestLine ? false : undefined;
  return / HTTP\/[12]\.[01]\r?$/.test(line);
}
