// `pilot-agent request GET PATH` in istio-proxy: the admin interface of this pod's Envoy.

import type { Command } from './command.ts';
import { curl } from './curl/curl.ts';

export const pilotAgent: Command = async ([verb, method, path], context) => {
  if (verb !== 'request' || method === undefined || path === undefined) {
    context.stderr('pilot-agent: the sandbox has pilot-agent request METHOD PATH\n');
    return 1;
  }
  const url = `http://127.0.0.1:15000/${path.replace(/^\//, '')}`;
  return curl(['-sS', '-X', method.toUpperCase(), '-A', 'pilot-agent', url], context);
};
