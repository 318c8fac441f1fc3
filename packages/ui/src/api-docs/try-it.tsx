import type { VNode } from 'preact'
import { Button } from '../button.js'
import type { ApiOperation } from './operations.js'

/** A form that calls the operation from the page. It is hidden until its script runs. */
export function TryIt({ operation }: { operation: ApiOperation }): VNode {
  const { id, method, path, parameters, body } = operation
  return (
    <form
      class="form try-it"
      hidden
      data-method={method}
      data-path={path}
      data-type={body?.contentType}
      aria-label={`Try ${method} ${path}`}
    >
      <h4>Try it</h4>
      {parameters.map((parameter) => (
        <div key={parameter.name} class="field">
          <label for={`${id}-${parameter.name}`}>
            {parameter.name} <span class="muted">in {parameter.in}</span>
          </label>
          <input
            id={`${id}-${parameter.name}`}
            name={parameter.name}
            data-in={parameter.in}
            required={parameter.required}
            autocomplete="off"
            spellcheck={false}
          />
        </div>
      ))}
      {body !== undefined && (
        <div class="field">
          <label for={`${id}-body`}>Body</label>
          <textarea id={`${id}-body`} data-in="body" rows={6} spellcheck={false}>
            {JSON.stringify(body.schema.example, null, 2)}
          </textarea>
        </div>
      )}
      <p>
        <Button kind="secondary">Send</Button>
      </p>
      <output />
    </form>
  )
}
