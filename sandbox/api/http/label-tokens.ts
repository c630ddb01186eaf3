export interface Token {
  /** `''` at the end. */
  readonly text: string;
  /** An identifier; `in` and `notin` are words where no operator is looked for. */
  readonly isWord: boolean;
  readonly isEnd: boolean;
}

const end: Token = { text: '', isWord: false, isEnd: true };

/** The words and signs of a label selector, one after the other. */
export class Tokens {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(text: string) {
    this.#tokens = [...text.matchAll(/==|!=|[=!(),<>]|[^\s=!(),<>]+/gu)].map(([found]) => ({
      text: found,
      isWord: !/^[=!(),<>]/u.test(found),
      isEnd: false,
    }));
  }

  get next(): Token {
    return this.#tokens[this.#at] ?? end;
  }

  take(): Token {
    const { next } = this;
    this.#at += 1;
    return next;
  }

  /** Takes the sign if it is the next token. */
  skip(sign: string): boolean {
    if (this.next.isWord || this.next.text !== sign) return false;
    this.#at += 1;
    return true;
  }
}
