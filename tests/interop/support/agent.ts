/** What a program of a pairing does for a test, the same for ours and for those of others. */

/** Where a program listens. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** What to seed. */
export interface SeedOptions {
  /** Path of the `.torrent`. */
  readonly torrent: string;
  /** The folder in which the torrent's file or folder lies. */
  readonly folder: string;
  /** Where to announce, beside what the torrent names; absent: nowhere. */
  readonly tracker?: string;
}

/** What to download. */
export interface DownloadOptions {
  /** Path of a `.torrent`, or a magnet link. */
  readonly what: string;
  /** The folder in which the torrent's file or folder will lie. */
  readonly into: string;
  readonly peers: readonly Address[];
  /** Where to announce, beside what the torrent names; absent: nowhere that others know. */
  readonly tracker?: string;
}

/** A torrent that is seeded until this is disposed of. */
export interface Seed extends AsyncDisposable {
  /** As programs outside of namespaces reach it. */
  readonly address: Address;
  /** The last that the program said. */
  readonly log: string;
}

/** A torrent that is downloaded, then seeded until this is disposed of. */
export interface Download extends Seed {
  /** Fulfilled when all files are written; rejected with the program's log. Never unhandled. */
  readonly done: Promise<void>;
}

/** A program while a test uses it; ends all that it started when disposed of. */
export interface Agent extends AsyncDisposable {
  /** Resolves when the whole content is found and others can connect. */
  seed(options: SeedOptions): Promise<Seed>;
  /** Resolves when others can connect. */
  download(options: DownloadOptions): Promise<Download>;
}

/** What a program leaves out of a content, or adds to it. */
export interface Habits {
  /** It knows no padding files (BEP 47): they are files in `.pad` to it. */
  readonly padding?: true;
  /** It does not create files of no bytes. */
  readonly noEmptyFiles?: true;
}

/** A program that tests can use. */
export interface Program {
  readonly name: string;
  readonly habits: Habits;
  /** Why it cannot be used here. */
  missing(): string | undefined;
  /** Why it cannot read hybrid torrents, whoever made them, if so. */
  readonly refusesHybrids?: string;
  /** Namespaces are made here, so every program of a test is opened before any seeds. */
  open(): Promise<Agent>;
}
