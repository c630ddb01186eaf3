/** A container cannot be created as its spec asks for something that is not there (yet): tried again later. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}
