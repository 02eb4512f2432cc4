import {join} from 'node:path';
import {pathToFileURL} from 'node:url';

const installed = pathToFileURL(join(process.env.GITHUB_PARSER, 'package.json')).href;

export async function resolve(specifier, context, next) {
  const ours = /^[@a-z]/.test(specifier) && !specifier.includes(':');
  const found = await next(specifier, ours && !context.parentURL?.includes('/node_modules/') ? {...context, parentURL: installed} : context);
  return withType(found.url, found);
}

export async function load(url, context, next) {
  return next(url, withType(url, context));
}

// The packages import JSON without the attribute that node asks for.
function withType(url, context) {
  return url.endsWith('.json') ? {...context, importAttributes: {type: 'json'}} : context;
}
