// What the API asks of schemas, in one object.

import type { SchemaLibrary } from '../api/http/schema-library.ts';
import { crdType } from './crd.ts';
import { conversionErrors, decodeErrors } from './decode.ts';
import { withoutNulls } from './nulls.ts';
import { openApiV2, openApiV3, openApiV3Index } from './openapi.ts';
import { applySchemaDefaults, prune, unknownFields } from './structural.ts';
import { validateSchema } from './validate.ts';

export const schemaLibrary: SchemaLibrary = {
  crdType,
  withoutNulls,
  conversionErrors,
  decodeErrors,
  validateSchema,
  unknownFields,
  prune,
  applySchemaDefaults,
  openApiV2,
  openApiV3,
  openApiV3Index,
};
