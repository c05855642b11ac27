/** One connection to the database: statements prepared once, transactions, patience while others write. */
import { randomInt } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { DatabaseSync } from '@photostructure/sqlite'
import { LacunaError } from '../../../../../shared/errors.js'
import { isBusy, storeError } from './errors.js'

export type Value = string | number | null
export type Row = Record<string, unknown>
type Connection = InstanceType<typeof DatabaseSync>
type Statement = ReturnType<Connection['prepare']>

/** SQLite itself waits this long for a lock, holding up this thread; after that we wait without holding it up. */
const BLOCKING_MS = 50
/** A writer needs milliseconds, so whoever holds a lock this long is suspended in the middle of a transaction. */
const PATIENCE_MS = 15_000

export class Database {
  readonly file: string
  readonly #connection: Connection
  readonly #statements = new Map<string, Statement>()
  #told: unknown[] = []
  #turn: Promise<unknown> = Promise.resolve()
  /** What `PRAGMA user_version` has to say when something is written. */
  #version: number | null = null

  constructor(file: string) {
    this.file = file
    this.#connection = new DatabaseSync(file, { timeout: BLOCKING_MS, enableForeignKeyConstraints: true })
    this.#connection.function('tell', (value: unknown) => {
      this.#told.push(value)
      return null
    })
  }

  /** Several statements, outside the cache: pragmas and migrations. */
  exec(sql: string): void {
    this.#connection.exec(sql)
  }

  /**
   * The values of `expression` in `rows`, without a prepared statement: the driver frees those only as garbage, and until
   * then a closed connection is still open for SQLite. If its file was renamed meanwhile, it would in the end remove the
   * journal of whatever has the name by then. So nothing is prepared before it is known that the file will be used.
   */
  peek(expression: string, rows: string): unknown[] {
    this.#told = []
    this.#connection.exec(`SELECT tell(${expression}) FROM ${rows}`)
    return this.#told
  }

  run(sql: string, ...values: Value[]): number {
    return this.#prepared(sql).run(...values).changes
  }

  get(sql: string, ...values: Value[]): Row | undefined {
    return this.#prepared(sql).get(...values) as Row | undefined
  }

  all(sql: string, ...values: Value[]): Row[] {
    return this.#prepared(sql).all(...values) as Row[]
  }

  /** A consistent look at several rows. `body` may not wait: nothing else happens on this connection meanwhile. */
  read<T>(body: () => T): Promise<T> {
    return this.#transaction('BEGIN', body)
  }

  /**
   * One after another, in the order of the calls, each in a transaction that no other process writes in: what `body`
   * reads is still so when it writes. `body` may not wait. All of it is kept when this returns, none when it throws.
   */
  write<T>(body: () => T): Promise<T> {
    const checked = (): T => {
      if (this.#version !== null && this.userVersion > this.#version)
        throw new LacunaError('store.newer', { name: this.file })
      return body()
    }
    const done = this.#turn.then(() => this.#transaction('BEGIN IMMEDIATE', checked))
    this.#turn = done.catch(() => undefined)
    return done
  }

  /** Tries again while others hold the lock that `body` needs. */
  async patiently<T>(body: () => T): Promise<T> {
    for (const deadline = Date.now() + PATIENCE_MS; ;) {
      try {
        return body()
      } catch (error) {
        if (!isBusy(error) || Date.now() > deadline) throw error
      }
      // Not in step with the others that wait.
      await sleep(randomInt(5, 40))
    }
  }

  get userVersion(): number {
    return Number(this.peek('user_version', 'pragma_user_version')[0])
  }

  /** From now on refuses to write once a newer program has changed the tables under us. Throws `store.newer`. */
  expectVersion(version: number): void {
    this.#version = version
  }

  async closeAfterWrites(): Promise<void> {
    await this.#turn
    if (this.isOpen) this.close()
  }

  close(): void {
    this.#statements.clear()
    this.#connection.close()
  }

  get isOpen(): boolean {
    return this.#connection.isOpen
  }

  async #transaction<T>(begin: 'BEGIN' | 'BEGIN IMMEDIATE', body: () => T): Promise<T> {
    try {
      // The whole is tried again: reading, too, may find the file locked, while it is recovered after a crash.
      return await this.patiently(() => {
        this.exec(begin)
        try {
          const value = body()
          this.exec('COMMIT')
          return value
        } catch (error) {
          // Some errors (a full disk) have rolled back already.
          if (this.#connection.isTransaction) this.exec('ROLLBACK')
          throw error
        }
      })
    } catch (error) {
      if (!this.isOpen) throw new LacunaError('store.failed', { name: this.file, reason: 'it was closed' }, error)
      throw storeError(error, this.file)
    }
  }

  #prepared(sql: string): Statement {
    const known = this.#statements.get(sql)
    if (known !== undefined) return known
    const statement = this.#connection.prepare(sql)
    this.#statements.set(sql, statement)
    return statement
  }
}
