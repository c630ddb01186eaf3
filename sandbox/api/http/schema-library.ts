import type { ResourceType, Schema } from '../../schema/type.ts';
import type { SchemaRules } from '../registry/context.ts';

/** Everything the API asks of schemas; `sandbox/schema/` has it. */
export interface SchemaLibrary extends SchemaRules {
  /** A copy of an object as Go's decoder reads it; of a custom one only the metadata is touched. */
  withoutNulls(schema: Schema, object: Record<string, unknown>): Record<string, unknown>;
  /** Why a value, or a custom one's metadata, cannot be read at all, in Go's words; the API puts the kind before it. */
  decodeErrors(schema: Schema, value: unknown): readonly string[];
  /** The same of fields that a strategic merge patch put together. */
  conversionErrors(schema: Schema, value: unknown): readonly string[];
  /** Paths the schema does not know, like `spec.template.foo`. */
  unknownFields(schema: Schema, value: unknown): readonly string[];
  /** Removes in place what the schema does not know. */
  prune(schema: Schema, value: unknown): void;
  openApiV2(types: readonly ResourceType[]): unknown;
  openApiV3Index(types: readonly ResourceType[]): unknown;
  openApiV3(types: readonly ResourceType[], group: string, version: string): unknown;
}
