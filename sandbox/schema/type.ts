// What the API needs to know of a kind to serve it: names, schema, table, rules. Built-in kinds and CRDs alike.

import type { AnyObject, NewObject, ResourceName } from '../kube/object.ts';
import type { StatusCause } from '../kube/status-error.ts';

/** OpenAPI v3 as CRDs use it: the structural subset and the `x-kubernetes-*` extensions. */
export interface Schema {
  readonly type?: 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean';
  readonly format?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly additionalProperties?: Schema | boolean;
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly nullable?: boolean;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: boolean;
  readonly exclusiveMaximum?: boolean;
  readonly multipleOf?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minProperties?: number;
  readonly maxProperties?: number;
  readonly pattern?: string;
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly not?: Schema;
  readonly 'x-kubernetes-preserve-unknown-fields'?: boolean;
  readonly 'x-kubernetes-int-or-string'?: boolean;
  readonly 'x-kubernetes-embedded-resource'?: boolean;
  readonly 'x-kubernetes-list-type'?: 'atomic' | 'set' | 'map';
  readonly 'x-kubernetes-list-map-keys'?: readonly string[];
  readonly 'x-kubernetes-map-type'?: 'atomic' | 'granular';
  /** Strategic merge of lists (built-in kinds only). */
  readonly 'x-kubernetes-patch-merge-key'?: string;
  readonly 'x-kubernetes-patch-strategy'?: string;
  readonly 'x-kubernetes-validations'?: readonly { readonly rule: string; readonly message?: string }[];
}

/** A column of `kubectl get`, as in `meta.k8s.io/v1` Table. Priority 0 is always shown, 1 with `-o wide`. */
export interface TableColumn {
  readonly name: string;
  readonly type: 'string' | 'integer' | 'number' | 'boolean' | 'date';
  readonly format?: string;
  readonly description?: string;
  readonly priority: number;
}

export type Cell = string | number | boolean | null;

/** One version of a kind, as served. */
export interface TypeVersion {
  readonly version: string;
  /** Deep schema of the whole object. Computed on first use: `kubectl get` must not pay for it. */
  schema(): Schema;
  readonly columns: readonly TableColumn[];
  /** Cells of one row; `now` in milliseconds since the epoch, for ages. */
  row(object: AnyObject, now: number): readonly Cell[];
  readonly deprecationWarning?: string;
  /** For a version of another shape than the one objects are stored in. */
  readonly conversion?: VersionConversion;
  /** Where it is not the type's own: the group in which objects of another one are shown (`events.k8s.io`). */
  readonly group?: string;
}

/** Both leave what they are given as it is. The registry puts the right apiVersion on what it stores. */
export interface VersionConversion {
  fromStored(object: AnyObject): AnyObject;
  toStored(object: NewObject): NewObject;
}

export interface ResourceType {
  readonly group: string;
  /** Plural, as in the URL. */
  readonly resource: string;
  readonly singular: string;
  readonly kind: string;
  /** The resource whose objects this one shows in its own group and shape; it stores none itself. */
  readonly viewOf?: ResourceName;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly namespaced: boolean;
  /** In order of preference; the first is the one discovery prefers. */
  readonly versions: readonly TypeVersion[];
  /** Objects are stored with this version's apiVersion. */
  readonly storageVersion: string;
  readonly subresources: { readonly status: boolean; readonly scale?: ScalePaths };
  /** `metadata.generation` counts changes of everything but metadata and status. */
  readonly verbs: readonly string[];
  /** Kubernetes' own defaulting, in place. `old` is undefined on create. */
  readonly applyDefaults?: (object: NewObject, old: AnyObject | undefined) => void;
  /** Rules beyond the schema, as Kubernetes words them. `old` is undefined on create. */
  readonly validate?: (object: AnyObject, old: AnyObject | undefined) => readonly StatusCause[];
  /** Field selectors other than metadata.name and metadata.namespace: label → value of an object. */
  readonly fields?: Readonly<Record<string, (object: AnyObject) => string>>;
}

/** JSON paths (`.spec.replicas`) of the scale subresource. */
export interface ScalePaths {
  readonly specReplicasPath: string;
  readonly statusReplicasPath: string;
  readonly labelSelectorPath?: string;
}
