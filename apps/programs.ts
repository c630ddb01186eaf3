// The demo services by the names of their images, each with the environment that its image bakes in.

import type { CreateApp } from './app.ts';
import { createCatalog } from './catalog/app.ts';
import { createDetails } from './details/app.ts';
import { createForum } from './forum/app.ts';
import { createProductpage } from './productpage/app.ts';
import { createRatings } from './ratings/app.ts';
import { createReviews } from './reviews/app.ts';
import { createWebapp } from './webapp/app.ts';
import { createWhoami } from './whoami/app.ts';

export interface Program {
  readonly create: CreateApp;
  /** Defaults: what a pod sets wins. */
  readonly env: Readonly<Record<string, string>>;
}

export const programs: ReadonlyMap<string, Program> = new Map(
  Object.entries({
    catalog: { create: createCatalog, env: {} },
    webapp: { create: createWebapp, env: {} },
    forum: { create: createForum, env: {} },
    whoami: { create: createWhoami, env: {} },
    'details-v1': { create: createDetails, env: { SERVICE_VERSION: 'v1' } },
    'productpage-v1': { create: createProductpage, env: {} },
    'ratings-v1': { create: createRatings, env: { SERVICE_VERSION: 'v1' } },
    'ratings-v-faulty': { create: createRatings, env: { SERVICE_VERSION: 'v-faulty' } },
    'ratings-v-delayed': { create: createRatings, env: { SERVICE_VERSION: 'v-delayed' } },
    'ratings-v-unavailable': { create: createRatings, env: { SERVICE_VERSION: 'v-unavailable' } },
    'ratings-v-unhealthy': { create: createRatings, env: { SERVICE_VERSION: 'v-unhealthy' } },
    'reviews-v1': { create: createReviews, env: reviewsEnv('v1', 'false', 'black') },
    'reviews-v2': { create: createReviews, env: reviewsEnv('v2', 'true', 'black') },
    'reviews-v3': { create: createReviews, env: reviewsEnv('v3', 'true', 'red') },
  } satisfies Record<string, Program>),
);

function reviewsEnv(version: string, ratings: 'true' | 'false', color: string): Record<string, string> {
  return { SERVICE_VERSION: version, ENABLE_RATINGS: ratings, STAR_COLOR: color };
}
