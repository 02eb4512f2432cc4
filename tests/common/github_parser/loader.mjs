// Lets the scripts beside this one use packages that are installed elsewhere: `node --import loader.mjs SCRIPT`, with the
// directory of their `node_modules` in GITHUB_PARSER.
import {register} from 'node:module';

register('./hooks.mjs', import.meta.url);
