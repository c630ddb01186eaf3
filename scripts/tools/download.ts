// A file from the internet to the disk, in as many goes as it takes.

import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { fetch, type Dispatcher, type Response } from 'undici';

export interface FetchOptions {
  readonly dispatcher: Dispatcher;
  readonly signal: AbortSignal;
  /** How long to wait before each further try. @default [500, 2000] */
  readonly pausesMs?: readonly number[];
}

export interface DownloadOptions extends FetchOptions {
  /** Bytes so far and in all; undefined when the server does not say. */
  readonly onProgress: (received: number, total: number | undefined) => void;
}

/** An answer that another try would not change. */
class Refusal extends Error {}

export async function fetchText(url: string, options: FetchOptions): Promise<string> {
  return insist(options, async () => (await get(url, options)).text());
}

/** What `file` holds already is not fetched again: a broken download goes on where it stopped. */
export async function download(url: string, file: string, options: DownloadOptions): Promise<void> {
  await insist(options, async () => {
    const have = sizeOf(file);
    const response = await get(url, options, have === 0 ? {} : { range: `bytes=${have}-` });
    if (response.status === 416) {
      await response.body?.cancel();
      await rm(file, { force: true });
      throw new Error('the part that was here is longer than the whole');
    }
    const { body } = response;
    if (body === null) throw new Error(`${url} answered ${response.status} without a body`);
    const start = response.status === 206 ? have : 0;
    const length = Number(response.headers.get('content-length') ?? Number.NaN);
    const total = Number.isNaN(length) ? undefined : start + length;
    let failure: Error | undefined;
    const received = async function* received(): AsyncGenerator<Uint8Array> {
      let bytes = start;
      try {
        for await (const chunk of Readable.fromWeb(body) as AsyncIterable<Uint8Array>) {
          bytes += chunk.length;
          options.onProgress(bytes, total);
          yield chunk;
        }
      } catch (error) {
        // Told only when what came before it is on the disk.
        failure = error as Error;
      }
    };
    await pipeline(received, createWriteStream(file, { flags: start === 0 ? 'w' : 'a', mode: 0o600 }));
    if (failure !== undefined) throw failure;
  });
}

/** SHA-256 in hexadecimal; undefined for a file that is not there. */
export async function hashOf(file: string): Promise<string | undefined> {
  if (sizeOf(file) === 0) return undefined;
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

async function get(
  url: string,
  options: FetchOptions,
  headers: Record<string, string> = {},
): Promise<Response> {
  const { dispatcher, signal } = options;
  const response = await fetch(url, {
    dispatcher,
    signal,
    // Positions in a file are not those of its compressed form.
    headers: { ...headers, 'accept-encoding': 'identity' },
  });
  if (response.ok || response.status === 416) return response;
  await response.body?.cancel();
  const text = `${url} answered ${response.status} ${response.statusText}`.trimEnd();
  throw response.status < 500 && response.status !== 429 ? new Refusal(text) : new Error(text);
}

/** Tries again after what may pass. The last error is the one that is told. */
async function insist<T>(
  { signal, pausesMs = [500, 2000] }: FetchOptions,
  attempt: () => Promise<T>,
): Promise<T> {
  for (const pauseMs of pausesMs) {
    try {
      return await attempt();
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof Refusal || isOfDisk(error)) throw error;
    }
    await sleep(pauseMs, undefined, { signal });
  }
  return attempt();
}

const isOfDisk = (error: unknown): boolean =>
  error instanceof Error && 'syscall' in error && ['write', 'open'].includes(String(error.syscall));

const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;
