/** The field values in a page's content by name, including hidden ones, except the form's user. */
export function fieldsOf(body: string): Record<string, string> {
  const content = body.slice(0, body.indexOf('<footer'))
  const inputs = [...content.matchAll(/<input[^>]*>/g)]
    .map(([tag]) => tag)
    .filter((tag) => !/type="(radio|password)"|name="signed_in_as"/.test(tag) && / name="/.test(tag))
  const attribute = (tag: string, name: string) => new RegExp(` ${name}="([^"]*)"`).exec(tag)?.[1] ?? ''
  return Object.fromEntries(inputs.map((tag) => [attribute(tag, 'name'), attribute(tag, 'value')]))
}
