import { readFile } from 'node:fs/promises'
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils'
import type { SchemaEngine } from '@prisma/schema-engine-wasm/schema_engine_bg'
import { MigrationAdapter } from './engine-adapter.js'

declare global {
  /** The engine calls it before a panic. Without it, a panic has no message. */
  var PRISMA_WASM_PANIC_REGISTRY: { set_message(message: string): void } | undefined
}

/** Missing in the types of Node 20. */
declare const WebAssembly: {
  instantiate(
    bytes: Uint8Array,
    imports: Record<string, object>,
  ): Promise<{ instance: { exports: Record<string, unknown> } }>
}

type EngineClass = typeof SchemaEngine

let loading: Promise<EngineClass> | undefined

/**
 * Runs `work` with Prisma's schema engine on a database. Uses the WebAssembly build, because the CLI's binary is not on npm.
 */
export async function withSchemaEngine<T>(url: string, work: (engine: SchemaEngine) => Promise<T>): Promise<T> {
  loading ??= load()
  const Engine = await loading
  const adapter = new MigrationAdapter(url)
  const engine = await Engine.new({ datamodels: undefined }, () => {}, bindMigrationAwareSqlAdapterFactory(adapter))
  try {
    return await work(engine)
  } finally {
    engine.free()
    await adapter.close()
  }
}

/** Instantiates the engine by hand: the package's entry imports the `.wasm` as a module, which Node 20 cannot. */
async function load(): Promise<EngineClass> {
  globalThis.PRISMA_WASM_PANIC_REGISTRY = { set_message: keepPanic }
  const specifier = '@prisma/schema-engine-wasm/schema_engine_bg'
  const glue = await import('@prisma/schema-engine-wasm/schema_engine_bg')
  const bytes = await readFile(new URL('schema_engine_bg.wasm', import.meta.resolve(specifier)))
  const { instance } = await WebAssembly.instantiate(bytes, { './schema_engine_bg.js': withUnrefTimers(glue) })
  glue.__wbg_set_wasm(instance.exports)
  const { __wbindgen_start: start } = instance.exports
  if (typeof start === 'function') start()
  return glue.SchemaEngine
}

/** Unrefs the engine's ten-second lock timer, which would keep the process alive after its work. */
function withUnrefTimers(glue: object): object {
  const passingTimeout = (work: () => void, milliseconds: number) => setTimeout(work, milliseconds >>> 0).unref()
  const entries = Object.entries(glue)
  return Object.fromEntries(
    entries.map(([name, value]) => [name, name.startsWith('__wbg_setTimeout') ? passingTimeout : value]),
  )
}

let lastPanic = ''

function keepPanic(message: string): void {
  lastPanic = message
}

/** Returns the message of the engine's last panic, which its error lacks. Empty if there was none. */
export function lastEnginePanic(): string {
  return lastPanic
}
