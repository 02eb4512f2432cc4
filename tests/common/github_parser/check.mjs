// Reads workflows and action files as GitHub does: `check.mjs REPOSITORIES FILE...` prints a JSON array of what it found in
// each. REPOSITORIES is a JSON object of names, such as `owner/name`, each with the directory where that repository is.
import {existsSync, readFileSync} from 'node:fs';
import {basename, dirname, join, resolve} from 'node:path';
import {pathToFileURL} from 'node:url';
import {validate} from '@actions/languageservice';
import {convertWorkflowTemplate, NoOperationTraceWriter, parseWorkflow} from '@actions/workflow-parser';
import {parseAction} from '@actions/workflow-parser/actions/action-parser';
import {TokenType} from '@actions/workflow-parser/templates/tokens/types';
import {TextDocument} from 'vscode-languageserver-textdocument';

const repositories = JSON.parse(process.argv[2]);

const SEVERITY_ERROR = 1;
const TRY_CONVERSION = 1;

// The files by which a workflow that is called is looked up; with `./` it is of the same repository.
function filesAround(path) {
  let root = dirname(path);
  while (!existsSync(join(root, '.github')) && root !== dirname(root)) root = dirname(root);
  return {
    async getFileContent(reference) {
      const from = 'repository' in reference ? repositories[`${reference.owner}/${reference.repository}`] : root;
      if (from === undefined) throw new Error(`${reference.owner}/${reference.repository} is not here`);
      return {name: reference.path, content: readFileSync(join(from, reference.path), 'utf8')};
    },
  };
}

// What an action takes; of one that is not here nothing is said.
const actionsMetadataProvider = {
  async fetchActionMetadata({owner, name, path}) {
    const root = repositories[`${owner}/${name}`];
    if (root === undefined) return {name: `${owner}/${name}`, description: ''};
    const file = join(root, path ?? '', 'action.yml');
    return existsSync(file) ? action(file, readFileSync(file, 'utf8')).model : undefined;
  },
};

// What stands in the file: a literal's value, an expression with its marks. Of a text with expressions in it GitHub makes
// one call of format().
function written(token) {
  if (token === undefined || token === null) return null;
  if (token.isExpression) return token.toString();
  if (token.isScalar) return token.value ?? null;
  if (token.templateTokenType === TokenType.Sequence) return [...token].map(written);
  return Object.fromEntries([...token].map(({key, value}) => [key.toString(), written(value)]));
}

function jobOf(job) {
  return {
    id: job.id.value,
    needs: (job.needs ?? []).map(need => need.value),
    if: job.if?.expression ?? null,
    uses: job.ref?.value ?? null,
    with: written(job['input-values']),
    secrets: job['inherit-secrets'] ? 'inherit' : written(job['secret-values']),
    outputs: written(job.outputs),
    concurrency: written(job.concurrency),
    runs_on: written(job['runs-on']),
    environment: written(job.environment),
    strategy: written(job.strategy),
    steps: (job.steps ?? []).map(step => ({
      id: step.id ?? null,
      if: step.if?.expression ?? null,
      uses: step.uses?.value ?? null,
      run: written(step.run),
      env: written(step.env),
    })),
  };
}

async function workflow(name, content, files) {
  const {context, value} = parseWorkflow({name, content}, new NoOperationTraceWriter());
  const errors = context.errors.getErrors().map(error => error.message);
  if (value === undefined) return {errors, model: null};
  const options = {errorPolicy: TRY_CONVERSION, fetchReusableWorkflowDepth: 1, maxReusableWorkflowDepth: 10};
  const template = await convertWorkflowTemplate(context, value, files, options);
  errors.push(...(template.errors ?? []).map(error => error.Message));
  const model = {
    events: template.events ?? {},
    concurrency: written(template.concurrency),
    jobs: (template.jobs ?? []).map(jobOf),
  };
  return {errors, model};
}

function action(name, content) {
  const {context, value} = parseAction({name, content}, new NoOperationTraceWriter());
  return {errors: context.errors.getErrors().map(error => error.message), model: written(value)};
}

async function checked(path) {
  const content = readFileSync(path, 'utf8');
  const files = filesAround(resolve(path));
  const read = /^action\.ya?ml$/.test(basename(path)) ? action(path, content) : await workflow(path, content, files);
  const document = TextDocument.create(pathToFileURL(path).href, 'yaml', 1, content);
  const warnings = [];
  for (const {severity, range, message} of await validate(document, {fileProvider: files, actionsMetadataProvider})) {
    const said = `${path}:${range.start.line + 1}:${range.start.character + 1}: ${message}`;
    ((severity ?? SEVERITY_ERROR) === SEVERITY_ERROR ? read.errors : warnings).push(said);
  }
  return {file: path, errors: [...new Set(read.errors)], warnings, model: read.model};
}

const results = [];
for (const path of process.argv.slice(3)) results.push(await checked(path));
console.log(JSON.stringify(results));
