// Rules of ConfigMaps and Secrets (pkg/apis/core/validation).

import type { AnyObject } from '../../kube/object.ts';
import { forbidden, invalid, required } from '../cause.ts';
import { isRecord, sameJson } from '../json.ts';
import { type Causes, immutable } from './check.ts';
import { configKey } from './names.ts';

export function configMapRules(object: AnyObject, old: AnyObject | undefined): Causes {
  const data = entries(object['data']);
  const binary = entries(object['binaryData']);
  const both = Object.keys(data).filter((key) => Object.hasOwn(binary, key));
  const size = textSize(data) + decodedSize(binary);
  return [
    ...keyRules('data', data),
    ...both.map((key) => invalid(`data[${key}]`, key, 'duplicate of key present in binaryData')),
    ...keyRules('binaryData', binary),
    ...sizeRules('', size),
    ...(old === undefined ? [] : frozen(object, old, ['data', 'binaryData'])),
  ];
}

export function secretRules(object: AnyObject, old: AnyObject | undefined): Causes {
  const data = entries(object['data']);
  const type = String(object['type']);
  return [
    ...keyRules('data', data),
    ...sizeRules('data', decodedSize(data)),
    ...requiredKeys(type, data),
    ...(old === undefined ? [] : [...immutable('type', type, old['type']), ...frozen(object, old, ['data'])]),
  ];
}

const entries = (value: unknown): Readonly<Record<string, unknown>> => (isRecord(value) ? value : {});

const keyRules = (field: string, data: Readonly<Record<string, unknown>>): Causes =>
  Object.keys(data).flatMap((key) => configKey(key).map((why) => invalid(`${field}[${key}]`, key, why)));

const limit = 1024 * 1024;

const sizeRules = (field: string, size: number): Causes =>
  size > limit
    ? [{ reason: 'FieldValueTooLong', message: `Too long: may not be more than ${limit} bytes`, field }]
    : [];

const sum = (sizes: readonly number[]): number => sizes.reduce((total, size) => total + size, 0);

const textSize = (data: Readonly<Record<string, unknown>>): number =>
  sum(Object.values(data).map((text) => Buffer.byteLength(String(text))));

const decodedSize = (data: Readonly<Record<string, unknown>>): number =>
  sum(Object.values(data).map((text) => Math.floor((String(text).replace(/=+$/, '').length * 3) / 4)));

function requiredKeys(type: string, data: Readonly<Record<string, unknown>>): Causes {
  const has = (key: string): boolean => Object.hasOwn(data, key);
  if (type === 'kubernetes.io/basic-auth') {
    return has('username') || has('password') ? [] : [required('data[username]'), required('data[password]')];
  }
  const keys = keysOfType.get(type) ?? [];
  return keys.filter((key) => !has(key)).map((key) => required(`data[${key}]`));
}

const keysOfType: ReadonlyMap<string, readonly string[]> = new Map([
  ['kubernetes.io/tls', ['tls.crt', 'tls.key']],
  ['kubernetes.io/dockercfg', ['.dockercfg']],
  ['kubernetes.io/dockerconfigjson', ['.dockerconfigjson']],
  ['kubernetes.io/ssh-auth', ['ssh-privatekey']],
]);

/** `immutable: true` holds until the object is deleted. */
function frozen(object: AnyObject, old: AnyObject, fields: readonly string[]): Causes {
  if (old['immutable'] !== true) return [];
  const why = 'field is immutable when `immutable` is set';
  return [
    ...(object['immutable'] === true ? [] : [forbidden('immutable', why)]),
    ...fields
      .filter((field) => !sameJson(object[field] ?? {}, old[field] ?? {}))
      .map((field) => forbidden(field, why)),
  ];
}
