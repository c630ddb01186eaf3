// What is wrong with a YAML text, in words for somebody who writes one now and then.

import type { YAMLError } from 'yaml';

export const yamlMistake = ({ code, message }: YAMLError): string =>
  `not valid YAML: ${code === 'BLOCK_AS_IMPLICIT_KEY' ? needsQuotes : (message.split('\n')[0] ?? message)}`;

/** The parser takes such a colon for the end of a key, and says what keys cannot be. */
const needsQuotes =
  'a text with a colon and a blank in it stands between quotes, or on lines of its own below a |';
