// Numbers, durations, addresses (Istio: pkg/config/validation/agent).

import { isIP } from 'node:net';
import { parseGoDuration } from '../go-duration.ts';
import type { Findings } from './findings.ts';
import type { Message } from './message.ts';

/** A duration that is there must be at least 1 ms and have no fractions of it. */
export function durationMistake(message: Message, name: string): string | undefined {
  if (!message.has(name)) return undefined;
  const nanoseconds = parseGoDuration(message.text(name)) ?? 0;
  if (nanoseconds < 1e6) return 'duration must be greater than 1ms';
  return nanoseconds % 1e6 === 0 ? undefined : 'only durations to ms precision are supported';
}

export const portMistake = (port: number): string | undefined =>
  port >= 1 && port <= 65_535 ? undefined : `port number ${port} must be in the range 1..65535`;

export const addressMistake = (address: string): string | undefined =>
  isIP(address) > 0 ? undefined : `${address} is not a valid IP`;

export const isCidr = (text: string): boolean => {
  const [address = '', bits = '', ...rest] = text.split('/');
  const version = isIP(address);
  const most = version === 4 ? 32 : 128;
  return version > 0 && rest.length === 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= most;
};

/** An address or a range of them. */
export function subnetMistake(subnet: string): string | undefined {
  if (subnet.split('/').length !== 2) return addressMistake(subnet);
  return isCidr(subnet) ? undefined : `${subnet} is not a valid CIDR block`;
}

export const unixPrefix = 'unix://';

/** The path of a Unix domain socket. */
export function unixPathMistake(path: string): string | undefined {
  if (path === '') return 'unix address must not be empty';
  if (path.startsWith('@')) return undefined;
  return path.startsWith('/') && !path.endsWith('/')
    ? undefined
    : `${path} is not an absolute path to a file`;
}

export const percentMistake = (percent: number): string | undefined =>
  percent < 0 || percent > 100 ? `percentage ${percent} is not in range 0..100` : undefined;

/** The share of requests that a fault hits. */
export function faultPercentageMistake(percentage: Message | undefined): string | undefined {
  const value = percentage?.number('value') ?? 0;
  return value < 0 || value > 100 || (value > 0 && value < 0.0001)
    ? `percentage ${value} is neither 0.0, nor in range [0.0001, 100.0]`
    : undefined;
}

/** The share of requests that are copied; `subject` is how Istio calls it. */
export function mirrorPercentage(findings: Findings, percentage: Message | undefined, subject: string): void {
  const value = percentage?.number('value') ?? 0;
  if (value > 100) findings.error(`${subject} must have a max value of 100 (it has ${value.toFixed(6)})`);
  if (value < 0) findings.error(`${subject} must have a min value of 0 (it has ${value.toFixed(6)})`);
}

const httpProtocols = new Set(['grpc', 'grpc-web', 'http', 'http_proxy', 'http2']);
const tlsProtocols = new Set(['https', 'tls']);
const otherProtocols = new Set(['tcp', 'udp', 'mongo', 'redis', 'mysql']);

export const isHttp = (protocol: string): boolean => httpProtocols.has(protocol.toLowerCase());
export const isTls = (protocol: string): boolean => tlsProtocols.has(protocol.toLowerCase());

export const isKnownProtocol = (protocol: string): boolean =>
  isHttp(protocol) || isTls(protocol) || otherProtocols.has(protocol.toLowerCase());

/** Empty: the proxy finds out. */
export const protocolMistake = (protocol: string): string | undefined =>
  protocol === '' || isKnownProtocol(protocol) ? undefined : `unsupported protocol: ${protocol}`;
