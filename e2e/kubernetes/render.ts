/**
 * Renders a folder as `kubectl kustomize` does. Supports only the features that these folders use and throws on others. Where
 * kubectl is installed, a test compares both.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import { parseAllDocuments } from 'yaml'

const SUPPORTED = new Set(['apiVersion', 'kind', 'namespace', 'resources', 'images', 'configMapGenerator'])

/** Reads the documents of a YAML file as kubectl does: YAML 1.1, in which 0440 is octal. Throws on duplicate keys. */
export function documentsOf(file) {
  return parseAllDocuments(readFileSync(file, 'utf8'), { version: '1.1', uniqueKeys: true }).map((document) => {
    for (const problem of [...document.errors, ...document.warnings]) throw new Error(`${file}: ${problem.message}`)
    return document.toJS()
  })
}

function kustomizationOf(folder) {
  const [kustomization] = documentsOf(join(folder, 'kustomization.yaml'))
  for (const field of Object.keys(kustomization)) {
    if (!SUPPORTED.has(field)) throw new Error(`${folder}: "${field}" is not supported: extend render.ts`)
  }
  return kustomization
}

export function render(folder) {
  const { namespace, resources = [], images = [], configMapGenerator = [] } = kustomizationOf(folder)
  const rendered = resources.flatMap((name) => {
    const path = join(folder, name)
    return statSync(path).isDirectory() ? render(path) : documentsOf(path)
  })
  for (const settings of configMapGenerator) generate(rendered, folder, settings)
  for (const image of images) nameImage(rendered, image)
  for (const resource of rendered) {
    if (namespace && resource.kind !== 'Namespace') resource.metadata.namespace = namespace
  }
  return rendered
}

/** Generates a ConfigMap. Unlike Kustomize, it appends no hash to the name and its references. */
function generate(rendered, folder, { name, behavior = 'create', envs = [], ...others }) {
  if (Object.keys(others).length > 0)
    throw new Error(`${folder}: ${Object.keys(others)} of ${name} are not supported: extend render.ts`)
  const data = Object.fromEntries(envs.flatMap((file) => settingsOf(join(folder, file))))
  const before = rendered.find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === name)
  if ((behavior === 'merge') !== (before !== undefined)) throw new Error(`${folder}: cannot ${behavior} ${name}`)
  if (before) Object.assign(before.data, data)
  else rendered.push({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data })
}

function settingsOf(file) {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)])
}

function nameImage(rendered, { name, newName, newTag }) {
  const containers = podsOf(rendered).flatMap(({ spec }) => containersOf(spec))
  const named = containers.filter(({ image }) => image === name)
  if (named.length === 0) throw new Error(`no container has the image ${name}`)
  for (const container of named) container.image = `${newName}:${newTag}`
}

/** Returns the pods of rendered resources: owner, labels and spec. */
export const podsOf = (rendered) =>
  rendered
    .filter(({ spec }) => spec?.template)
    .map(({ kind, metadata, spec: { template } }) => ({
      owner: `${kind} ${metadata.name}`,
      labels: template.metadata.labels,
      spec: template.spec,
    }))

export const containersOf = ({ initContainers = [], containers }) => [...initContainers, ...containers]

/** Returns files that no kustomization in these folders lists, and listed files that do not exist. */
export function strays(folders) {
  const listed = folders.flatMap((folder) => {
    const { resources = [], configMapGenerator = [] } = kustomizationOf(folder)
    const own = resources.filter((name) => !name.startsWith('..'))
    return ['kustomization.yaml', ...own, ...configMapGenerator.flatMap(({ envs }) => envs)].map((name) =>
      join(folder, name),
    )
  })
  const there = folders.flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)))
  const difference = (some, others) => some.filter((file) => !others.includes(file)).map((file) => relative('.', file))
  return { unlisted: difference(there, listed), missing: difference(listed, there) }
}
