export interface ImageReference {
  /** Registry and path in full: `docker.io/library/nginx`. */
  readonly repository: string;
  /** `latest` where neither tag nor digest was given. */
  readonly tag: string | undefined;
  /** `sha256:…` */
  readonly digest: string | undefined;
}

/**
 * Reads an image reference as a container runtime does, short Docker Hub names included.
 * https://github.com/distribution/reference: reference.go (grammar), normalize.go (short names)
 * @returns undefined where the text is not a reference
 */
export function parseImageReference(text: string): ImageReference | undefined {
  const match = grammar.exec(text);
  const name = match?.groups?.['name'];
  if (name === undefined) return undefined;
  const [first = '', ...rest] = name.split('/');
  const hasRegistry = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost');
  const registry = hasRegistry && first !== 'index.docker.io' ? first : 'docker.io';
  const path = (hasRegistry ? rest : [first, ...rest]).join('/');
  if (!pathGrammar.test(path)) return undefined;
  const digest = match?.groups?.['digest'];
  return {
    repository: `${registry}/${registry === 'docker.io' && !path.includes('/') ? `library/${path}` : path}`,
    tag: match?.groups?.['tag'] ?? (digest === undefined ? 'latest' : undefined),
    digest,
  };
}

const grammar =
  /^(?<name>[^\s:@/]+(?::\d+(?=\/))?(?:\/[^\s:@/]+)*)(?::(?<tag>\w[\w.-]{0,127}))?(?:@(?<digest>[a-z0-9]+:[0-9a-f]{32,}))?$/;

const component = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const pathGrammar = new RegExp(`^${component}(?:/${component})*$`);
