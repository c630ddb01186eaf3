// The way to the internet, through the proxies that the user's environment names.

import { EnvHttpProxyAgent, type Dispatcher } from 'undici';

/** One that is silent for so long has gone away. */
const silenceMs = 30_000;
const connectMs = 10_000;

/** Node's own fetch knows nothing of proxies in this version. The empty texts keep it from asking process.env. */
export function openNetwork(env: NodeJS.ProcessEnv): Dispatcher {
  return new EnvHttpProxyAgent({
    httpProxy: read(env, 'http_proxy') ?? '',
    httpsProxy: read(env, 'https_proxy') ?? '',
    noProxy: read(env, 'no_proxy') ?? '',
    headersTimeout: silenceMs,
    bodyTimeout: silenceMs,
    connectTimeout: connectMs,
  });
}

/** `HTTPS_PROXY is http://proxy:3128`, or that there is none: for a sentence about a failure. */
export function describeProxy(url: string, env: NodeJS.ProcessEnv): string {
  const name = url.startsWith('https:') ? 'https_proxy' : 'http_proxy';
  const proxy = read(env, name);
  if (proxy === undefined) return `${name.toUpperCase()} is not set`;
  // A password stays out of terminals and logs.
  return `${name.toUpperCase()} is ${proxy.replace(/\/\/[^/]*@/, '//…@')}`;
}

/** In small letters it comes first, as for curl. */
function read(env: NodeJS.ProcessEnv, name: string): string | undefined {
  return [env[name], env[name.toUpperCase()]].find((value) => value !== undefined && value !== '');
}
