// A timeline that was saved with --timings.

import { readFileSync } from 'node:fs';
import { LabError } from '../error.ts';
import type { Timeline } from './timeline.ts';

/** @throws LabError for a file that is missing, or is something else */
export function readTimeline(file: string): Timeline {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw noTimeline(file, error instanceof SyntaxError ? 'it is not JSON' : 'it cannot be read', error);
  }
  if (!isTimeline(value)) throw noTimeline(file, 'it has no tasks of version 1', undefined);
  return value;
}

const isTimeline = (value: unknown): value is Timeline =>
  typeof value === 'object' &&
  value !== null &&
  'version' in value &&
  value.version === 1 &&
  'tasks' in value &&
  Array.isArray(value.tasks);

const noTimeline = (file: string, why: string, cause: unknown): LabError =>
  new LabError('NO_TIMELINE', `${file} is no timeline: ${why}`, {
    cause,
    hint: 'save one with: npm run up -- --timings FILE',
  });
