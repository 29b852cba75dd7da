import { Json, type Value, writeValue } from './values.ts'

/** A row: values by the names of their columns. */
// biome-ignore lint/suspicious/noExplicitAny: the author of a statement knows the types of its columns and names them.
export type Row = Record<string, any>

/** The result of a statement: its rows, how many rows it read, wrote or deleted, and the SQL command. */
export type Rows<All extends readonly object[]> = All & { count: number; command: string }

/** A statement as it is sent: its text, and its values in PostgreSQL's text format. */
export interface WireStatement {
  text: string
  values: (string | Buffer | null)[]
  /**
   * Whether the statement is prepared, once on each connection. A text that is not prepared and has no values may hold
   * several statements.
   */
  prepared: boolean
}

/** Sends statements: the shared connections of a pool, one connection, or a transaction. */
export interface Executor {
  execute(statement: WireStatement): Promise<Rows<Row[]>>
}

/**
 * A statement that is sent when it is awaited. Inside the template of another statement it becomes a part of that one.
 * A statement is sent once; awaiting it again gives the same rows.
 */
export class Statement<All extends readonly object[] = Row[]> implements Promise<Rows<All>> {
  readonly [Symbol.toStringTag] = 'Statement'
  readonly template: readonly string[]
  readonly parameters: readonly Parameter[]
  readonly #executor: Executor
  readonly #prepared: boolean
  #answer: Promise<Rows<All>> | undefined

  constructor(
    executor: Executor,
    template: readonly string[],
    parameters: readonly Parameter[],
    prepared = true,
  ) {
    this.#executor = executor
    this.template = template
    this.parameters = parameters
    this.#prepared = prepared
  }

  /** Sends the statement at once; `await` would send it a moment later. */
  execute(): Promise<Rows<All>> {
    this.#answer ??= this.#send()
    return this.#answer
  }

  // biome-ignore lint/suspicious/noThenProperty: awaiting a statement is what sends it.
  then<A = Rows<All>, B = never>(
    onAnswer?: ((rows: Rows<All>) => A | PromiseLike<A>) | null,
    onError?: ((error: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.execute().then(onAnswer, onError)
  }

  // biome-ignore lint/suspicious/noExplicitAny: the signature of Promise, so that a handler may name the error's type.
  catch<B = never>(onError?: ((error: any) => B | PromiseLike<B>) | null): Promise<Rows<All> | B> {
    return this.execute().catch(onError)
  }

  finally(onEnd?: (() => void) | null): Promise<Rows<All>> {
    return this.execute().finally(onEnd)
  }

  async #send(): Promise<Rows<All>> {
    const statement = writeStatement(this.template, this.parameters, this.#prepared)
    return (await this.#executor.execute(statement)) as unknown as Rows<All>
  }
}

/** A name of a table, schema or column, quoted. */
export class Identifier {
  readonly quoted: string

  constructor(name: string) {
    this.quoted = `"${name.replaceAll('"', '""')}"`
  }
}

/** A parameter of a template: a value, a quoted name (`sql('inventory')`), or another statement. */
export type Parameter = Value | Identifier | Statement<readonly object[]>

/**
 * Sends SQL that is written as a tagged template. Values become parameters of a prepared statement, so text can never
 * become SQL.
 */
export interface Sql {
  <All extends readonly object[] = Row[]>(
    template: TemplateStringsArray,
    ...parameters: Parameter[]
  ): Statement<All>
  /** A quoted name of a schema, table, column or database. */
  (name: string): Identifier
  /** A value for a `json` or `jsonb` column. */
  json(value: unknown): Json
  /** Sends text as SQL, for statements that cannot have parameters (`create …`). Without values it may hold several. */
  unsafe<All extends readonly object[] = Row[]>(text: string, values?: readonly Value[]): Statement<All>
}

/** Makes the `sql` tag that sends its statements to `executor`. */
export function sqlOf(executor: Executor): Sql {
  const tag = (first: TemplateStringsArray | string, ...parameters: Parameter[]) =>
    typeof first === 'string' ? new Identifier(first) : new Statement(executor, first, parameters)
  return Object.assign(tag, {
    json: (value: unknown) => new Json(value),
    unsafe: (text: string, values: readonly Value[] = []) => {
      const template = [text, ...values.map(() => '')]
      return new Statement(executor, template, values, false)
    },
  }) as unknown as Sql
}

function writeStatement(
  template: readonly string[],
  parameters: readonly Parameter[],
  prepared: boolean,
): WireStatement {
  const values: WireStatement['values'] = []
  // The text of `unsafe()` already has its placeholders ($1, $2, …).
  if (!prepared)
    return { text: template[0]!, values: parameters.map((value) => writeValue(value as Value)), prepared }
  return { text: writeText(template, parameters, values), values, prepared }
}

function writeText(
  template: readonly string[],
  parameters: readonly Parameter[],
  values: WireStatement['values'],
): string {
  let text = template[0]!
  for (const [i, parameter] of parameters.entries()) {
    if (parameter instanceof Statement) text += writeText(parameter.template, parameter.parameters, values)
    else if (parameter instanceof Identifier) text += parameter.quoted
    else text += `$${values.push(writeValue(parameter))}`
    text += template[i + 1]!
  }
  return text
}
