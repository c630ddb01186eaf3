// `pilot-agent request GET PATH` in istio-proxy, the admin interface of this pod's Envoy; and `pilot-discovery request`
// in istiod, its debug interface.

import type { Command } from './command.ts';
import { curl } from './curl/curl.ts';

export const requestTo =
  (program: string, port: number): Command =>
  async ([verb, method, path], context) => {
    if (verb !== 'request' || method === undefined || path === undefined) {
      context.stderr(`${program}: the sandbox has ${program} request METHOD PATH\n`);
      return 1;
    }
    const url = `http://127.0.0.1:${port}/${path.replace(/^\//, '')}`;
    return curl(['-sS', '-X', method.toUpperCase(), '-A', program, url], context);
  };
