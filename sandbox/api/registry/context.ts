// What creating, updating and deleting share.

import type { Clock, Random } from '../../clock/clock.ts';
import type { CustomObject } from '../../kube/resources.ts';
import type { StatusCause } from '../../kube/status-error.ts';
import type { ResourceType, Schema } from '../../schema/type.ts';
import type { AdmissionPlugin } from '../extension.ts';
import type { Store } from '../store/store.ts';
import type { TypeTable } from './types.ts';

export interface RegistryContext {
  readonly store: Store;
  readonly types: TypeTable;
  readonly plugins: readonly AdmissionPlugin[];
  readonly schemas: SchemaRules;
  readonly clock: Clock;
  readonly random: Random;
}

/** How objects are held against their schema. */
export interface SchemaRules {
  crdType(definition: CustomObject): ResourceType;
  validateSchema(schema: Schema, value: unknown): readonly StatusCause[];
  /** In place. */
  applySchemaDefaults(schema: Schema, value: unknown): void;
}

/** Circumstances of one write. */
export interface WriteOptions {
  readonly dryRun: boolean;
  readonly warn: (text: string) => void;
  /** The version the client wrote in; managedFields name it. */
  readonly version: string;
  /** Who the changed fields belong to from now on. Undefined: nobody, as for the sandbox's own controllers. */
  readonly manager?: string;
  readonly subresource?: 'status' | 'scale' | 'finalize' | 'binding';
}
