// One URL of a command line: requests, redirects, what is printed meanwhile, and what `-w` can say about it.

import type { IncomingMessage } from 'node:http';
import type { CommandContext } from '../command.ts';
import { CurlError } from './curl-error.ts';
import { exchange, type Exchange } from './exchange.ts';
import { lastValue, type CurlOptions } from './options.ts';
import { planRequest, type Plan } from './plan.ts';
import type { CurlSession } from './session.ts';
import { parseTarget, redirectTarget, type Target } from './target.ts';
import type { Transfer } from './write-out.ts';

export interface TransferOptions {
  readonly context: CommandContext;
  readonly session: CurlSession;
  readonly options: CurlOptions;
  readonly url: string;
  readonly data: string | undefined;
  readonly output: (chunk: Buffer) => void;
  readonly verbose: (prefix: '*' | '>' | '<', text: string) => void;
}

export interface TransferResult {
  readonly error: CurlError | undefined;
  readonly transfer: Transfer;
  readonly status: number;
}

export async function runTransfer(options: TransferOptions): Promise<TransferResult> {
  const { context } = options;
  const beganAt = context.clock.now();
  const facts: Record<string, string | number> = {
    method: 'GET',
    num_connects: 0,
    num_redirects: 0,
    http_code: 0,
    response_code: 0,
    http_version: '0',
    remote_ip: '',
    remote_port: 0,
    local_ip: '',
    size_download: 0,
    size_header: 0,
    size_upload: 0,
    speed_download: 0,
    time_namelookup: 0,
    time_connect: 0,
    time_appconnect: 0,
    time_pretransfer: 0,
    time_starttransfer: 0,
    time_redirect: 0,
    content_type: '',
    redirect_url: '',
    url: options.url,
    url_effective: options.url,
    scheme: 'HTTP',
  };
  let error: CurlError | undefined;
  try {
    await follow(options, beganAt, facts);
  } catch (thrown) {
    if (!(thrown instanceof CurlError)) throw thrown;
    error = thrown;
    options.verbose('*', thrown.message);
    options.verbose('*', 'Closing connection');
  }
  facts['time_total'] = seconds(beganAt, context.clock.now());
  const total = facts['time_total'];
  facts['speed_download'] = total === 0 ? 0 : Math.round(Number(facts['size_download']) / total);
  facts['exitcode'] = error?.code ?? 0;
  facts['errormsg'] = error?.message ?? '';
  return { error, transfer: facts, status: Number(facts['http_code']) };
}

async function follow(
  transfer: TransferOptions,
  beganAt: number,
  facts: Record<string, string | number>,
): Promise<void> {
  const { options, url, data } = transfer;
  const mostRedirects = Number(lastValue(options, 'max-redirs') ?? 50);
  let target = withQuery(parseTarget(url), options, data);
  let plan = planRequest(options, target, options.flags.has('get') ? undefined : data);
  for (;;) {
    facts['url_effective'] = target.url;
    facts['method'] = plan.method;
    const { response } = await once(transfer, target, plan, beganAt, facts);
    const next = redirection(response, target);
    if (next === undefined || !options.flags.has('location')) {
      facts['redirect_url'] = next?.url ?? '';
      break;
    }
    if (Number(facts['num_redirects']) >= mostRedirects) {
      throw new CurlError(47, `Maximum (${mostRedirects}) redirects followed`);
    }
    facts['num_redirects'] = Number(facts['num_redirects']) + 1;
    const keepsBody = response.statusCode === 307 || response.statusCode === 308;
    const again = planRequest(options, next, keepsBody ? plan.body?.toString() : undefined);
    const foreign = next.host !== target.host || next.port !== target.port;
    plan = foreign ? withoutSecrets(again) : again;
    target = next;
  }
  const failed = options.flags.has('fail') || options.flags.has('fail-with-body');
  if (failed && Number(facts['http_code']) >= 400) {
    throw new CurlError(22, `The requested URL returned error: ${facts['http_code']}`);
  }
}

async function once(
  { context, session, options, output, verbose }: TransferOptions,
  target: Target,
  plan: Plan,
  beganAt: number,
  facts: Record<string, string | number>,
): Promise<Exchange> {
  const show = options.flags.has('include') || plan.headOnly;
  let shown = true;
  let connected: Exchange | undefined;
  const note = (name: string, at: number): void => {
    if (at > 0) facts[name] = seconds(beganAt, at);
  };
  facts['size_download'] = 0;
  try {
    connected = await exchange({
      session,
      target,
      plan,
      clock: context.clock,
      beganAt,
      limitMs: milliseconds(options, 'max-time'),
      connectLimitMs: milliseconds(options, 'connect-timeout'),
      signal: context.signal,
      sent: (text, { connects, address }) => {
        const where = `${target.host} (${address?.ip}) port ${target.port}`;
        verbose(
          '*',
          connects > 0 ? `Connected to ${where}` : `Re-using existing connection with host ${target.host}`,
        );
        verbose('>', text);
      },
      head: (response) => {
        const text = headOf(response);
        const status = response.statusCode ?? 0;
        facts['http_code'] = facts['response_code'] = status;
        facts['http_version'] = response.httpVersion;
        facts['content_type'] = response.headers['content-type'] ?? '';
        facts['size_header'] = Number(facts['size_header']) + text.length;
        facts['local_ip'] = context.network.ip;
        verbose('<', text.replaceAll('\r\n', '\n').slice(0, -1));
        if (show) output(Buffer.from(text, 'latin1'));
        const redirected = options.flags.has('location') && redirection(response, target) !== undefined;
        shown = !redirected && !(options.flags.has('fail') && status >= 400);
      },
      body: (chunk) => {
        facts['size_download'] = Number(facts['size_download']) + chunk.length;
        if (shown) output(chunk);
      },
    });
    verbose('*', `Connection #0 to host ${target.host} left intact`);
    return connected;
  } finally {
    const connecting = connected?.connecting;
    facts['num_connects'] = Number(facts['num_connects']) + (connecting?.connects ?? 0);
    facts['remote_ip'] = connecting?.address?.ip ?? '';
    facts['remote_port'] = connecting?.address?.port ?? 0;
    facts['size_upload'] = plan.body?.length ?? 0;
    note('time_namelookup', connecting?.resolvedAt ?? 0);
    note('time_connect', connected?.connectedAt ?? 0);
    note('time_pretransfer', connected?.connectedAt ?? 0);
    note('time_starttransfer', connected?.firstByteAt ?? 0);
  }
}

function headOf({ httpVersion, statusCode, statusMessage = '', rawHeaders }: IncomingMessage): string {
  let text = `HTTP/${httpVersion} ${statusCode} ${statusMessage}\r\n`;
  for (let at = 0; at < rawHeaders.length; at += 2) text += `${rawHeaders[at]}: ${rawHeaders[at + 1]}\r\n`;
  return `${text}\r\n`;
}

function redirection(
  { statusCode = 0, headers: { location } }: IncomingMessage,
  from: Target,
): Target | undefined {
  if (statusCode < 300 || statusCode > 399 || location === undefined) return undefined;
  return redirectTarget(from, location);
}

function withQuery(target: Target, { flags }: CurlOptions, data: string | undefined): Target {
  if (!flags.has('get') || data === undefined) return target;
  const mark = target.path.includes('?') ? '&' : '?';
  return { ...target, path: `${target.path}${mark}${data}`, url: `${target.url}${mark}${data}` };
}

const withoutSecrets = (plan: Plan): Plan => ({
  ...plan,
  headers: plan.headers.filter(([name]) => !/^(authorization|cookie)$/i.test(name)),
});

/** @throws CurlError 2 */
function milliseconds(options: CurlOptions, option: 'max-time' | 'connect-timeout'): number | undefined {
  const value = lastValue(options, option);
  if (value === undefined) return undefined;
  const ms = Number(value) * 1000;
  if (!Number.isFinite(ms) || ms < 0) {
    throw new CurlError(2, `option --${option}: expected a proper numerical parameter`, '', true);
  }
  return ms === 0 ? undefined : ms;
}

const seconds = (from: number, to: number): number => Math.max(0, to - from) / 1000;
