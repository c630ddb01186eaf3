// envoy.config.rbac.v3.RBAC, compiled: does it let a request (or a connection) pass, and which policy decided?

import { BlockList, isIPv6 } from 'node:net';
import type { CidrRange, Permission, Principal, Rbac } from '../../envoy/rbac.ts';
import { ConfigError } from '../config-error.ts';
import { metadataMatcher } from '../route/metadata-matcher.ts';
import { headerMatcher } from '../route/matcher.ts';
import { withoutQuery, type RouteRequest } from '../route/route-request.ts';
import { stringMatcher, type Matches } from '../route/string-matcher.ts';
import type { StreamInfo } from '../stream/stream-info.ts';
import { uriTemplate } from './uri-template.ts';

/** What is decided about; a connection has no request. */
export interface Subject {
  readonly info: StreamInfo;
  readonly request?: RouteRequest;
}

export interface Decision {
  readonly allowed: boolean;
  /** The policy that matched. */
  readonly policy: string | undefined;
}

type Test = (subject: Subject) => boolean;

/** @throws ConfigError */
export function rbacEngine(
  { action = 'ALLOW', policies }: Rbac,
  field: string,
): (subject: Subject) => Decision {
  // Envoy keeps them in a sorted map.
  const compiled = Object.entries(policies)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, { permissions, principals }]) => {
      const at = `${field}.policies[${name}]`;
      const permission = anyOf(
        permissions.map((each, index) => permissionTest(each, `${at}.permissions[${index}]`)),
      );
      const principal = anyOf(
        principals.map((each, index) => principalTest(each, `${at}.principals[${index}]`)),
      );
      return { name, matches: allOf([permission, principal]) };
    });
  return (subject) => {
    const policy = compiled.find(({ matches }) => matches(subject))?.name;
    return { policy, allowed: action === 'LOG' || (policy !== undefined) === (action === 'ALLOW') };
  };
}

function permissionTest(permission: Permission, field: string): Test {
  const all = (rules: readonly Permission[]): Test[] =>
    rules.map((rule, index) => permissionTest(rule, `${field}.rules[${index}]`));
  if ('and_rules' in permission) return allOf(all(permission.and_rules.rules));
  if ('or_rules' in permission) return anyOf(all(permission.or_rules.rules));
  if ('not_rule' in permission) return not(permissionTest(permission.not_rule, `${field}.not_rule`));
  if ('url_path' in permission) {
    return onPath(stringMatcher(permission.url_path.path, `${field}.url_path`));
  }
  if ('uri_template' in permission) {
    return onPath(uriTemplate(permission.uri_template.typed_config.path_template, `${field}.uri_template`));
  }
  if ('destination_ip' in permission) {
    const has = inRange(permission.destination_ip, `${field}.destination_ip`);
    return ({ info }) => has(info.downstreamLocal.ip);
  }
  if ('destination_port' in permission) {
    const { destination_port: port } = permission;
    return ({ info }) => info.downstreamLocal.port === port;
  }
  if ('requested_server_name' in permission) {
    const matches = stringMatcher(permission.requested_server_name, `${field}.requested_server_name`);
    return ({ info }) => matches(info.serverName ?? '');
  }
  return commonTest(permission, field);
}

function principalTest(principal: Principal, field: string): Test {
  const all = (ids: readonly Principal[]): Test[] =>
    ids.map((id, index) => principalTest(id, `${field}.ids[${index}]`));
  if ('and_ids' in principal) return allOf(all(principal.and_ids.ids));
  if ('or_ids' in principal) return anyOf(all(principal.or_ids.ids));
  if ('not_id' in principal) return not(principalTest(principal.not_id, `${field}.not_id`));
  if ('authenticated' in principal) {
    const { principal_name: name } = principal.authenticated;
    const matches = name === undefined ? () => true : stringMatcher(name, `${field}.authenticated`);
    return ({ info }) => info.mtls !== undefined && matches(info.mtls.peer);
  }
  if ('direct_remote_ip' in principal) {
    const has = inRange(principal.direct_remote_ip, `${field}.direct_remote_ip`);
    return ({ info }) => has(info.downstreamDirect.ip);
  }
  if ('remote_ip' in principal) {
    const has = inRange(principal.remote_ip, `${field}.remote_ip`);
    return ({ info }) => has(info.downstreamRemote.ip);
  }
  return commonTest(principal, field);
}

/** What permissions and principals both have. */
function commonTest(one: Extract<Permission, Principal>, field: string): Test {
  if ('header' in one) {
    const matches = headerMatcher(one.header, `${field}.header`);
    return ({ request }) => request !== undefined && matches(request);
  }
  if ('metadata' in one) {
    const matches = metadataMatcher(one.metadata, `${field}.metadata`);
    return ({ request }) => matches(request?.metadata);
  }
  if ('any' in one) return () => true;
  throw new ConfigError(field, `"${Object.keys(one).join()}" is not executed`);
}

const not =
  (test: Test): Test =>
  (subject) =>
    !test(subject);

const allOf =
  (tests: readonly Test[]): Test =>
  (subject) =>
    tests.every((test) => test(subject));

const anyOf =
  (tests: readonly Test[]): Test =>
  (subject) =>
    tests.some((test) => test(subject));

const onPath =
  (matches: Matches): Test =>
  ({ request }) =>
    request !== undefined && matches(withoutQuery(request.path));

function inRange({ address_prefix: prefix, prefix_len: length }: CidrRange, field: string): Matches {
  const list = new BlockList();
  try {
    list.addSubnet(prefix, length, isIPv6(prefix) ? 'ipv6' : 'ipv4');
  } catch {
    throw new ConfigError(field, `${prefix}/${length} is not a range of addresses`);
  }
  return (ip) => list.check(ip, isIPv6(ip) ? 'ipv6' : 'ipv4');
}
