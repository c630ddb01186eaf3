/** Where Envoy gets resources from that others name: istiod, over the same stream as all else. */
export const fromAds = { ads: {}, initial_fetch_timeout: '0s', resource_api_version: 'V3' } as const;
