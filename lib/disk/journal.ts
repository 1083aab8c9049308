import { createHash } from "node:crypto";
import { DiskError, diskError } from "./errors.ts";
import { type FileHandle, type FileState, type FileSystem, sameState } from "./file_system.ts";
import { type JournalRecord, readRecord } from "./journal_record.ts";

/** A longer journal is not read: 2^21 pieces with their hashes take about as much. */
const MOST_BYTES = 256 * 1024 * 1024;

/** Bytes of a line's checksum, in hex digits. */
const SUM_DIGITS = 16;

const NEWLINE = 10;

/** What a journal says, as far as it can be believed. */
export interface JournalContent {
  readonly records: readonly JournalRecord[];
  /** Whether something behind the last record was left out: a torn tail, or damage. */
  readonly torn: boolean;
}

/**
 * Lines that are only ever added: a checksum over the torrent, the line's number and its text, a
 * space, and a record as JSON. So no line counts that is not whole, or is another torrent's or in
 * another place.
 *
 * Invariant: what is added goes behind the last line that is known to be on the disk; lines whose
 * sync failed are written again by the next one.
 */
export class Journal {
  readonly #files: FileSystem;
  readonly #path: string;
  readonly #torrent: string;
  #file: FileHandle | undefined;
  /** Lines that are on the disk, and bytes of them. */
  #lines = 0;
  #end = 0;
  /** Lines that are not known to be on the disk. */
  #pending: string[] = [];
  /** How many of these were written. */
  #written = 0;
  #writtenEnd = 0;

  /** @param torrent The torrent's id: its info-hash. */
  constructor(files: FileSystem, path: string, torrent: string) {
    this.#files = files;
    this.#path = path;
    this.#torrent = torrent;
  }

  /**
   * Reads what is there.
   *
   * @returns Undefined when there is no journal, or none of this torrent that can be read.
   */
  read(): JournalContent | undefined {
    let bytes: Uint8Array;
    try {
      bytes = this.#readBytes();
    } catch {
      return undefined; // whatever the reason: everything is checked then
    }
    const records: JournalRecord[] = [];
    let at = 0;
    for (let end; (end = bytes.indexOf(NEWLINE, at)) >= 0; at = end + 1) {
      const record = this.#recordOf(bytes.subarray(at, end), records.length);
      if (!record) break;
      records.push(record);
    }
    return records.length === 0 ? undefined : { records, torn: at < bytes.length };
  }

  /**
   * Begins anew with some records: written beside, synced, and put in the old one's place.
   *
   * @throws {DiskError} `write` or `full`.
   */
  async rewrite(records: readonly JournalRecord[]): Promise<void> {
    this.close();
    this.#lines =
      this.#end =
      this.#written =
      this.#writtenEnd =
        0;
    this.#pending = [];
    const path = `${this.#path}.new`;
    try {
      if (this.#files.look(path)) this.#files.remove(path);
      this.#file = this.#files.open(path, "create");
      this.append(...records);
      await this.sync();
      this.#files.moveOver(path, this.#path);
    } catch (error) {
      this.close();
      throw diskError("write", "write", this.#path, error);
    }
  }

  /** Adds records; they count once `sync` has ended well. */
  append(...records: readonly JournalRecord[]): void {
    for (const record of records) {
      const text = JSON.stringify(record);
      this.#pending.push(`${this.#sum(this.#lines + this.#pending.length, text)} ${text}\n`);
    }
  }

  /**
   * Hands what was added to the system, so that it survives the end of this program.
   *
   * @throws {DiskError} `write` or `full`.
   */
  write(): void {
    if (!this.#file || this.#written === this.#pending.length) return;
    const bytes = new TextEncoder().encode(this.#pending.slice(this.#written).join(""));
    const at = this.#written === 0 ? this.#end : this.#writtenEnd;
    try {
      this.#file.write(bytes, at);
    } catch (error) {
      throw diskError("write", "write", this.#path, error);
    }
    this.#written = this.#pending.length;
    this.#writtenEnd = at + bytes.length;
  }

  /**
   * Brings what was added to the disk.
   *
   * @throws {DiskError} `write` or `full`; the next sync writes it again.
   */
  async sync(): Promise<void> {
    this.write();
    const [lines, end] = [this.#written, this.#writtenEnd];
    if (lines === 0) return;
    try {
      await this.#file!.sync();
    } catch (error) {
      this.#written = 0;
      throw diskError("write", "write", this.#path, error);
    }
    this.#pending.splice(0, lines);
    this.#lines += lines;
    this.#end = end;
    this.#written -= lines;
  }

  /** Removes it, if it is there. @throws {DiskError} `write`. */
  remove(): void {
    this.close();
    try {
      if (this.#files.look(this.#path)?.kind === "file") this.#files.remove(this.#path);
    } catch (error) {
      throw diskError("write", "remove", this.#path, error);
    }
  }

  close(): void {
    this.#file?.close();
    this.#file = undefined;
  }

  #readBytes(): Uint8Array {
    const file = this.#files.open(this.#path, "read");
    try {
      const before: FileState = file.state();
      if (before.size > MOST_BYTES) throw new DiskError("read", `"${this.#path}" is too long`);
      const bytes = new Uint8Array(before.size);
      const count = file.read(bytes, 0);
      return sameState(before, file.state()) ? bytes.subarray(0, count) : bytes.subarray(0, 0);
    } finally {
      file.close();
    }
  }

  #recordOf(line: Uint8Array, number: number): JournalRecord | undefined {
    let text: string;
    try {
      text = new TextDecoder("utf-8", { fatal: true }).decode(line);
    } catch {
      return undefined;
    }
    const json = text.slice(SUM_DIGITS + 1);
    if (text !== `${this.#sum(number, json)} ${json}`) return undefined;
    return readRecord(json);
  }

  #sum(number: number, text: string): string {
    const hash = createHash("sha256").update(`${this.#torrent} ${number} ${text}`);
    return hash.digest("hex").slice(0, SUM_DIGITS);
  }
}
