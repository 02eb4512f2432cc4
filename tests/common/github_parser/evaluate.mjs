// Evaluates expressions as GitHub does: an array of cases on stdin, an array of `{value}` or `{error}` on stdout.
import {readFileSync} from 'node:fs';
import {data, Evaluator, Lexer, Parser} from '@actions/expressions';

// What the functions say that ask how things went so far: https://docs.github.com/actions/reference/workflows-and-actions/expressions#status-check-functions
function functionsIn(status) {
  const says = (name, answer, most = 0) => ({name, minArgs: 0, maxArgs: most, call: () => answer});
  const truth = value => new data.BooleanData(value);
  return [
    says('always', truth(true)),
    says('success', truth(status === 'success')),
    says('failure', truth(status === 'failure')),
    says('cancelled', truth(status === 'cancelled')),
    // No file matches.
    says('hashfiles', new data.StringData(''), 255),
  ];
}

function evaluated(expression, {contexts, status}) {
  const functions = functionsIn(status);
  const {tokens} = new Lexer(expression).lex();
  const tree = new Parser(tokens, Object.keys(contexts), functions).parse();
  const values = JSON.parse(JSON.stringify(contexts), data.reviver);
  return new Evaluator(tree, values, new Map(functions.map(it => [it.name, it]))).evaluate();
}

// The parts of a text in turn: what stands as it is, and expressions. `}}` within quotes ends no expression.
function partsOf(text) {
  const parts = [];
  let at = 0;
  for (const {0: whole, 1: expression, index} of text.matchAll(/\$\{\{((?:'[^']*'|[^'}]|\}(?!\}))*)\}\}/g)) {
    if (index > at) parts.push({text: text.slice(at, index)});
    parts.push({expression});
    at = index + whole.length;
  }
  if (at < text.length) parts.push({text: text.slice(at)});
  if (parts.some(part => part.text?.includes('${{'))) throw new Error(`an expression is not closed in ${text}`);
  return parts;
}

// A text that is one expression has that one's value and type, any other is joined as text.
function filledIn(text, it) {
  const parts = partsOf(text);
  if (parts.length === 1 && 'expression' in parts[0]) return evaluated(parts[0].expression, it);
  return parts.map(part => ('text' in part ? part.text : evaluated(part.expression, it).coerceString())).join('');
}

function result(it) {
  try {
    return {value: 'text' in it ? filledIn(it.text, it) : evaluated(it.expression, it)};
  } catch (error) {
    return {error: error.message};
  }
}

const cases = JSON.parse(readFileSync(0, 'utf8'));
console.log(JSON.stringify(cases.map(result), data.replacer));
