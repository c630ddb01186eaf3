import type { Scale } from 'kubernetes-types/autoscaling/v1.js';
import { age, printer, type Served } from './printer.ts';

export const scalePrinter = printer<Served<Scale>>(
  ['Desired:integer', 'Available:integer', 'Age'],
  (object, now) => [object.spec?.replicas ?? 0, object.status?.replicas ?? 0, age(object, now)],
);
