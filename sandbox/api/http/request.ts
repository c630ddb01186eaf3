// One request, as the handlers see it.

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Credentials } from '../tls/certificates.ts';
import type { PodRuntime } from '../extension.ts';
import type { SchemaLibrary } from './schema-library.ts';
import type { Registry } from '../registry/registry.ts';
import type { ResourceType, TypeVersion } from '../../schema/type.ts';

/** What every handler works with. */
export interface ApiContext {
  readonly registry: Registry;
  readonly schemas: SchemaLibrary;
  readonly runtime: PodRuntime;
  readonly credentials: Credentials;
  /** Told about answers of status 500. */
  readonly log: (message: string) => void;
  /** Aborted when the server closes: watches and streams end. */
  readonly closing: AbortSignal;
}

export interface ApiRequest {
  readonly message: IncomingMessage;
  readonly response: ServerResponse;
  readonly path: string;
  readonly query: URLSearchParams;
  /** Texts of `Warning:` headers, in the order they came up. */
  readonly warnings: string[];
}

/** Which objects a resource path means. */
export interface Target {
  readonly type: ResourceType;
  readonly version: TypeVersion;
  /** `''` for cluster-scoped resources and for all namespaces. */
  readonly namespace: string;
  /** Undefined for a collection. */
  readonly name: string | undefined;
  readonly subresource: string | undefined;
}

export interface ResourceRequest extends ApiRequest, Target {}

/** Request of one object. */
export interface ObjectRequest extends ResourceRequest {
  readonly name: string;
}
