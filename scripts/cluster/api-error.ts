// What went wrong with an API call, in the API's own words.

import type { ApiException } from '@kubernetes/client-node';

/** HTTP status of a refused call, or undefined when the API was not reached. */
export const apiCode = (error: unknown): number | undefined =>
  isApiException(error) ? error.code : undefined;

/** What the call resolves with, or undefined when the API has no such object. */
export async function ignoreMissing<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (apiCode(error) === 404) return undefined;
    throw error;
  }
}

/** The message of the `Status` body, or of the error. */
export function apiMessage(error: unknown): string {
  if (isApiException(error)) return statusMessage(error.body) ?? error.message;
  return error instanceof Error ? error.message : String(error);
}

/** Known by its fields: to ask for its class would load the whole client, and checks are parsed without it. */
const isApiException = (error: unknown): error is ApiException<unknown> =>
  error instanceof Error && 'code' in error && typeof error.code === 'number' && 'body' in error;

function statusMessage(body: unknown): string | undefined {
  const status: unknown = typeof body === 'string' ? parsed(body) : body;
  if (typeof status !== 'object' || status === null || !('message' in status)) return undefined;
  return typeof status.message === 'string' ? status.message : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
