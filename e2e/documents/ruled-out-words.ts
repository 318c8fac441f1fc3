// Words that this project does not use, and what to write instead.

import type { Finding } from './references.js'

type Rule = readonly [pattern: RegExp, instead: string]

const NAME_THE_ACTOR =
  'name the actor: the user, the client, the attacker, the verifier, the issuer, the operator, the caller'

/** In prose, by pattern. */
const IN_PROSE: readonly Rule[] = [
  [/\b(?:who(?:so|m)?ever|whosoever|whom|nobody|somebody|anybody)\b/i, NAME_THE_ACTOR],
  [/\brecogni[sz](?:e[sd]?|ing)\b|\brecognition\b/i, 'authenticate, authentication'],
  [/\b(?:spelling|spelt)\b/i, 'canonical encoding, or "written"'],
  [/(?<!\bfront[ -])\bdoors?\b/i, 'entry point'],
  [/\bsign-ins? that stands?\b|\bstanding sign-ins?\b/i, 'active session'],
  [/\b(?:stands?|stood|standing) (?:in|there|beside|around|before|here)\b/i, '"is"'],
  [/\bremembered\b/i, 'cached'],
  [/\b(?:tells?|told|telling) (?:\w+ ){0,3}apart\b/i, 'distinguish'],
  [/\bend(?:s|ed|ing)? (?:a|the|every|this|that) sign-in\b/i, 'revoke the session'],
  [/\bhalf within\b|\b\d+ of 100 within\b/i, 'p50, p95'],
  [/\b(?:requests|answers|calls) a second\b/i, 'requests/s'],
  [/\bled on\b/i, 'redirected'],
  [/\bevent loop (?:is )?late\b|\blate event loop\b/i, 'event loop lag'],
  [/\bbookings?\b|\bplacements?\b/i, 'ledger entry, transfer'],
  [/\breckon(?:s|ed|ing)?\b/i, 'estimate'],
  [/\b(?:befalls?|thither|whence|whither)\b/i, 'a word that a reader of English as a second language knows'],
  [/\b(?:colou?rs?|behaviou?r|favou?r|honou?r)(?<=our|ours)\b/i, 'American spelling: -or'],
  [/\b(?:cancell|labell|modell|travell)(?:ed|ing)\b/i, 'American spelling: one l'],
  [
    /\b(?:author|serial|initial|synchron|normal|minim|maxim|organ|optim)is(?:e[sd]?|ing|ation)\b/i,
    'American spelling: -ize',
  ],
  [/\s[–—]\s/, 'a full stop, a comma or a colon instead of a dash'],
]

/** In identifiers, by the words that camel case joins. */
const IN_IDENTIFIERS: readonly Rule[] = [
  [/^(?:whoever|whomever|whom|nobody|somebody|anybody)$/, 'the actor'],
  [/^recogni[sz](?:e[sd]?|ing)$|^recognition$/, 'authenticate'],
  [/^(?:spelling|spelt)$/, 'canonical encoding, text'],
  [/^remember(?:s|ed|ing)?$/, 'cache'],
  [/^(?:booking|placement)s?$/, 'ledger entry, transfer'],
  [/^reckon(?:s|ed)?$/, 'estimate'],
]

export const ruledOut = (text: string): Finding[] =>
  IN_PROSE.flatMap(([pattern, instead]) =>
    [...text.matchAll(new RegExp(pattern, `${pattern.flags}g`))].map(({ 0: word, index }) => ({
      word: word.trim(),
      index,
      instead,
    })),
  )

/** Identifiers of a source text that a declaration introduces, or that camel case joins of several words. */
const IDENTIFIER =
  /(?<=\b(?:const|let|function|class|interface|type|enum) )[A-Za-z_$][\w$]*|\b[A-Za-z]+[a-z0-9][A-Z]\w*/g

export function ruledOutIdentifiers(source: string): Finding[] {
  const code = source.replace(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$|'(?:[^'\\\n]|\\.)*'|"[^"\n]*"/gm, (text) =>
    text.replace(/[^\n]/g, ' '),
  )
  return [...code.matchAll(IDENTIFIER)].flatMap(({ 0: name, index }) => {
    const words = name.split(/(?<=[a-z0-9])(?=[A-Z])|_/).map((word) => word.toLowerCase())
    const [, instead] = IN_IDENTIFIERS.find(([pattern]) => words.some((word) => pattern.test(word))) ?? []
    return instead ? [{ word: name, index, instead }] : []
  })
}
