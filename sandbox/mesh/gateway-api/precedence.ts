import type { HttpMatch, HttpRoute } from '../kube/virtual-service.ts';

/** The rules that come first for a request: what the Gateway API calls the most specific match. Ties keep their order. */
export const byPrecedence = (a: HttpRoute, b: HttpRoute): number => {
  const [first] = a.match ?? [];
  const [second] = b.match ?? [];
  if (first === undefined || second === undefined) {
    return Number(first === undefined) - Number(second === undefined);
  }
  return (
    rank(second) - rank(first) ||
    length(second) - length(first) ||
    Number(second.method !== undefined) - Number(first.method !== undefined) ||
    count(second.headers) - count(first.headers) ||
    count(second.queryParams) - count(first.queryParams)
  );
};

function rank({ uri }: HttpMatch): number {
  if (uri?.exact !== undefined) return 3;
  if (uri?.prefix !== undefined) return 2;
  return uri?.regex === undefined ? -1 : 1;
}

const length = ({ uri }: HttpMatch): number => (uri?.exact ?? uri?.prefix ?? uri?.regex ?? '').length;

const count = (values: object = {}): number => Object.keys(values).length;
