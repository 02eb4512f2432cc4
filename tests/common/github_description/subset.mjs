// Writes to OUT what GitHub's description of its API says of these paths, and of all below those that end in a slash, with
// what they refer to: node subset.mjs MODULES OUT PATH...
import { readFileSync, writeFileSync } from "node:fs";

const [modules, out, ...asked] = process.argv.slice(2);
const whole = JSON.parse(readFileSync(`${modules}/@octokit/openapi/generated/api.github.com.json`, "utf8"));

const paths = Object.fromEntries(
  Object.entries(whole.paths).filter(([path]) =>
    asked.some((one) => path === one || (one.endsWith("/") && path.startsWith(one))),
  ),
);

const components = {};
const open = [paths];
while (open.length > 0) {
  const value = open.pop();
  if (value === null || typeof value !== "object") continue;
  open.push(...Object.values(value));
  if (typeof value.$ref !== "string") continue;
  const [, , kind, name] = value.$ref.split("/").map(decodeURIComponent);
  components[kind] ??= {};
  if (name in components[kind]) continue;
  components[kind][name] = whole.components[kind][name];
  open.push(components[kind][name]);
}

// A workflow is named by its number or by its file, and in a URL a number is a text as well: one of both is always both.
const workflow = components.parameters?.["workflow-id"]?.schema;
if (workflow?.oneOf) {
  workflow.anyOf = workflow.oneOf;
  delete workflow.oneOf;
}

const { openapi, info, servers } = whole;
writeFileSync(out, JSON.stringify({ openapi, info, servers, paths, components }));
