// The conditions of a RetryPolicy's `retry_on` (Envoy's x-envoy-retry-on and x-envoy-retry-grpc-on). Istio's
// `retryOn` takes the same words.

const words: ReadonlySet<string> = new Set([
  '5xx',
  'gateway-error',
  'reset',
  'reset-before-request',
  'connect-failure',
  'retriable-4xx',
  'refused-stream',
  'retriable-status-codes',
  'retriable-headers',
  'envoy-ratelimited',
  'http3-post-connect-failure',
]);

const grpcWords: ReadonlyMap<string, string> = new Map([
  ['cancelled', '1'],
  ['deadline-exceeded', '4'],
  ['resource-exhausted', '8'],
  ['internal', '13'],
  ['unavailable', '14'],
]);

export const isRetryWord = (word: string): boolean => words.has(word) || grpcWords.has(word);

/** The `grpc-status` that a word for gRPC stands for. */
export const grpcStatusOfWord = (word: string): string | undefined => grpcWords.get(word);
