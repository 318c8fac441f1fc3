/**
 * What `kubectl kustomize` makes of a folder, for those of its features that the folders here use. Anything else is an
 * error, so that nothing is passed over in silence. Where kubectl is installed a test compares the two.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import { parseAllDocuments } from 'yaml'

const UNDERSTOOD = new Set(['apiVersion', 'kind', 'namespace', 'resources', 'images', 'configMapGenerator'])

/** The documents of a YAML file as kubectl reads them: YAML 1.1, in which 0440 is octal. A key twice is an error. */
export function documentsOf(file) {
  return parseAllDocuments(readFileSync(file, 'utf8'), { version: '1.1', uniqueKeys: true }).map((document) => {
    for (const problem of [...document.errors, ...document.warnings]) throw new Error(`${file}: ${problem.message}`)
    return document.toJS()
  })
}

function kustomizationOf(folder) {
  const [kustomization] = documentsOf(join(folder, 'kustomization.yaml'))
  for (const field of Object.keys(kustomization)) {
    if (!UNDERSTOOD.has(field)) throw new Error(`${folder}: "${field}" is not understood here: teach render.mjs`)
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

/** Kustomize adds a hash of the contents to the name, and to whatever refers to it; here the name stays as it is. */
function generate(rendered, folder, { name, behavior = 'create', envs = [], ...others }) {
  if (Object.keys(others).length > 0) throw new Error(`${folder}: ${Object.keys(others)} of ${name}: teach render.mjs`)
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

/** The pods that a rendering describes: whose they are, their labels, what is in them. */
export const podsOf = (rendered) =>
  rendered
    .filter(({ spec }) => spec?.template)
    .map(({ kind, metadata, spec: { template } }) => ({
      owner: `${kind} ${metadata.name}`,
      labels: template.metadata.labels,
      spec: template.spec,
    }))

export const containersOf = ({ initContainers = [], containers }) => [...initContainers, ...containers]

/** Files that no kustomization in these folders names, and names for which there is no file. */
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
