/** A power of two: 256 KiB of memory, for whatever number of tokens. */
const SLOTS = 65_536
/** So many characters of a signature tell it apart: 72 bits, which nobody but the issuer chooses. */
const CHARACTERS = 12

/**
 * Tells a token's second sight from its first without keeping the token. Tokens that share a slot take it from each other
 * every other time: a second sight is now and then taken for a first one, and as a rule each is known before long. A first
 * one is taken for a second as good as never.
 */
export class SeenOnce {
  readonly #slots = new Uint32Array(SLOTS)
  #yields = false

  /** Whether this signature is in its slot, which is empty then; if not, it is put there. */
  again(signature: string): boolean {
    let place = 0
    let print = 0
    for (let at = 0; at < CHARACTERS; at += 1) {
      const code = signature.charCodeAt(at)
      place = Math.imul(place, 31) + code
      print = Math.imul(print ^ code, 0x01000193)
    }
    place &= SLOTS - 1
    print >>>= 0
    const held = this.#slots[place]
    if (held === print) {
      this.#slots[place] = 0
      return true
    }
    if (held !== 0) this.#yields = !this.#yields
    if (held === 0 || this.#yields) this.#slots[place] = print
    return false
  }
}
