import { after } from 'node:test'
import { openSharedStore, type SharedStore } from '@signet/service'

const open: SharedStore[] = []
/** Opens a session store, which is closed after the tests. */
export const storeAt = async (url: string): Promise<SharedStore> => {
  const store = await openSharedStore(url, () => {})
  open.push(store)
  return store
}
after(() => Promise.all(open.map((store) => store.close())))
