// `-o jsonpath=…`: a template rendered for an object.

import { failure } from '../failure.ts';
import { isObject } from '../objects/object.ts';
import { goJson } from '../output/go-json.ts';
import { evaluate } from './evaluate.ts';
import { JsonPathError, parseTemplate, type Node, type Path } from './parse.ts';

/** @throws KubectlError for a template that cannot be read; so does the function for one that does not fit the object */
export function compileJsonPath(template: string): (object: unknown) => string {
  const nodes = parsed(template);
  return (object) => {
    try {
      return render(nodes, object, object);
    } catch (error) {
      if (!(error instanceof JsonPathError)) throw error;
      throw failure(
        `error executing jsonpath ${JSON.stringify(template)}: Error executing template: ${error.message}. ` +
          `Printing more information for debugging the template:\n\ttemplate was:\n\t\t${template}\n` +
          `\tobject given to jsonpath engine was:\n\t\t${goSyntax(object)}\n\n\n`,
      );
    }
  };
}

/** The path of `--sort-by` and `wait --for=jsonpath`, whose braces and first dot may be left out. */
export function compileRelaxedPath(text: string): (object: unknown) => readonly unknown[] {
  const inner = /^\{\.?([^{}]+)\}$|^\.?([^{}]+)$/.exec(text);
  if (inner === null) {
    throw failure(
      `unexpected path string, expected a 'name1.name2' or '.name1.name2' or '{name1.name2}' or '{.name1.name2}'`,
    );
  }
  const path = pathOf(`{.${inner[1] ?? inner[2] ?? ''}}`);
  return (object) => evaluate(path, object, object);
}

function pathOf(template: string): Path {
  const [node] = parsed(template);
  if (node?.type !== 'path') throw failure(`error parsing jsonpath ${template}, it is not a path`);
  return node.path;
}

function parsed(template: string): readonly Node[] {
  try {
    return parseTemplate(template);
  } catch (error) {
    if (!(error instanceof JsonPathError)) throw error;
    throw failure(`error parsing jsonpath ${template}, ${error.message}`);
  }
}

function render(nodes: readonly Node[], current: unknown, root: unknown): string {
  return nodes
    .map((node) => {
      switch (node.type) {
        case 'text':
          return node.text;
        case 'path':
          return evaluate(node.path, current, root).map(shown).join(' ');
        case 'range':
          return evaluate(node.path, current, root)
            .map((item) => render(node.body, item, root))
            .join('');
      }
    })
    .join('');
}

function shown(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'object' && value !== null ? goJson(value) : String(value);
}

/** Go's %#v of what JSON decodes to. */
function goSyntax(value: unknown): string {
  if (value === null || value === undefined) return 'interface {}(nil)';
  if (Array.isArray(value)) return `[]interface {}{${value.map(goSyntax).join(', ')}}`;
  if (!isObject(value)) return JSON.stringify(value);
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const fields = entries.map(([key, item]) => `${JSON.stringify(key)}:${goSyntax(item)}`);
  return `map[string]interface {}{${fields.join(', ')}}`;
}
