/** Configuration the proxy cannot execute; the message starts with the path of the field. */
export class ConfigError extends Error {
  /** @param field such as `routes[80].virtual_hosts[web].routes[0].match.safe_regex` */
  constructor(field: string, reason: string) {
    super(`${field}: ${reason}`);
    this.name = 'ConfigError';
  }
}
