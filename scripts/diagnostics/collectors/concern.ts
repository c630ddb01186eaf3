// Which part of a cluster a failure is about.

export interface Concern {
  /** Namespaces of the lab. */
  readonly namespaces: readonly string[];
  /** Namespaces that may be looked at; undefined: all. */
  readonly concerned: readonly string[] | undefined;
}

export const isConcerned = ({ concerned }: Concern, namespace: string | undefined): boolean =>
  concerned === undefined || (namespace !== undefined && concerned.includes(namespace));
