/** Limits and times of the engine and their reasons. Times are milliseconds. */

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const MiB = 1024 * 1024;

/** Connections of a peer program, as libtorrent and Transmission have it. */
export const MAX_CONNECTIONS = 200;
/** Connections from one address: more than one for people behind one router. */
export const MAX_PER_ADDRESS = 3;
/** Dials that are neither answered nor refused yet: routers' tables are small. */
export const MAX_HALF_OPEN = 25;
/** New dials a second, for the same reason. */
export const DIALS_PER_SECOND = 30;
/** Addresses that are known of a share. */
export const MAX_CANDIDATES = 3000;
/** Hosts that are banned; the oldest is forgiven when there are more. */
export const MAX_BANS = 10_000;
/** Dials within an hour to a host that never answered: nobody is to be flooded through us. */
export const MAX_SILENT_DIALS = 3;
export const SILENT_DIALS_SPAN = 60 * MINUTE;
/** Wait after the first failed dial; doubled by each further one. */
export const FIRST_BACKOFF = 30 * SECOND;
export const MAX_BACKOFF = 30 * MINUTE;
/** A connection that ends is not dialled again at once. */
export const RECONNECT_AFTER = 15 * SECOND;

/** How often time-outs, keep-alives and dials are looked at. */
export const HOUSEKEEPING = SECOND;
/** A connection is kept alive before the two minutes after which others close it (BEP 3). */
export const KEEP_ALIVE_AFTER = 100 * SECOND;
/** A peer that says nothing for so long is gone. */
export const IDLE_LIMIT = 120 * SECOND;
/** The same for a peer that one end wants something of. */
export const IDLE_LIMIT_INTERESTING = 240 * SECOND;
/** A peer that owes blocks and sends none for so long is snubbing us. */
export const REQUEST_TIMEOUT = 60 * SECOND;

/** Memory for pieces that are begun. */
export const MAX_PARTIAL_BYTES = 64 * MiB;
/** A begun piece may be given up for another when nothing was asked or came for so long. */
export const PARTIAL_IDLE = 10 * SECOND;
/** Requests that may wait here, told as `reqq`; as Transmission has it. */
export const MAX_QUEUED_REQUESTS = 500;
/** Requests beyond what may be asked, since the last choke, before a peer is closed. */
export const MAX_EXCESS_REQUESTS = 1000;
/** Requests to a new peer; the depth doubles every round trip, so loopback is fast at once. */
export const FIRST_DEPTH = 32;
/** Requests that a slow peer gets: enough for the round trip. */
export const LEAST_DEPTH = 8;
/** Requests at a time to a peer that did not tell its `reqq`; libtorrent 250, others more. */
export const UNTOLD_QUEUE = 250;
/** How long the requests that are out should last a peer, by its rate. */
export const QUEUE_SPAN = 2 * SECOND;
/** Requests that were called back and may still be answered; older ones are forgotten. */
export const MAX_LATE_REQUESTS = 1000;
/** Unasked blocks of a peer without BEP 6 before it is closed: a choke and data may cross. */
export const MAX_UNSOLICITED = 20;
/** A piece that a peer refused, though we were not choked, is asked of it again after this. */
export const REFUSED_AGAIN = 30 * SECOND;
/** A piece that the disk failed to keep is asked for again after this. */
export const FAILED_AGAIN = 10 * SECOND;
/** Requests out to one peer for blocks that others were asked for too. */
export const END_GAME_DEPTH = 4;
/** Peers that are asked for the same block in the end game. */
export const MAX_ASKERS = 4;
/** How soon the end game looks again for a peer after it found nothing. */
export const END_GAME_PAUSE = 100;
/** Pieces taken at random instead of the rarest: common ones come sooner, so trade begins. */
export const RANDOM_FIRST = 2;
/** Pieces that a peer suggested and that are remembered. */
export const MAX_SUGGESTED = 64;

/** `serve` outputs that are out for one peer and for all: a megabyte keeps any pipe full. */
export const SERVES_PER_PEER = 32;
export const SERVES_AT_ONCE = 64;
/** The same for all where little leaves in a second. */
export const LEAST_SERVES = 8;
/** A peer that takes nothing for so long does not hold others up. */
export const SERVE_STALL = SECOND;
/** The same at most, where the uplink is slow. */
export const MOST_SERVE_STALL = 10 * SECOND;
/** Who is unchoked changes so often, and no faster (BEP 3, "fibrillation"). */
export const CHOKE_INTERVAL = 10 * SECOND;
/** An optimistic unchoke lasts so long (BEP 3). */
export const OPTIMISTIC_INTERVAL = 30 * SECOND;
/** A connection younger than this is three times as likely to be the optimistic one (BEP 3). */
export const NEWCOMER_AGE = MINUTE;
/** Peers unchoked whatever the rate: pieces spread faster over more peers. */
export const LEAST_SLOTS = 16;
export const MOST_SLOTS = 100;
/** The same while a seed spreads its first copy: a piece that stays with its peer is sent once. */
export const SPREAD_SLOTS = 40;
/** Bytes a second that an upload slot should get before there are more than the least. */
export const SLOT_RATE = 64 * 1024;
/** Bytes suggested to a peer and not asked for yet, while a seed spreads its first copy. */
export const SUGGEST_AHEAD = 512 * 1024;
/** Pieces suggested ahead, at least and at most. */
export const LEAST_SUGGESTED = 2;
export const MOST_SUGGESTED = 32;
/** A peer that suggested something so lately is asked for little else: see `Spread`. */
export const SUGGESTION_FRESH = 30 * SECOND;
/** While pieces wait that are new to the swarm, one of so many blocks served is another. */
export const STALE_SHARE = 16;
/** A suggestion holds for so long; then who made it may have given it to another. */
export const SUGGESTION_LIFE = 30 * SECOND;
/** Pieces that a choked newcomer may have all the same (BEP 6, k). */
export const ALLOWED_FAST = 5;
/** Pieces that a peer may allow us while it chokes us; nobody allows more than a few. */
export const MAX_ALLOWED_FAST = 100;
/** A torrent with fewer pieces needs no allowed fast set. */
export const ALLOWED_FAST_FROM = 50;

/** Metadata that is asked for; as others have it. */
export const MAX_METADATA = 30 * MiB;
export const METADATA_PIECE = 16_384;
/** Metadata requests out to one peer. */
export const METADATA_DEPTH = 4;
export const METADATA_TIMEOUT = 15 * SECOND;
/** A peer that refused metadata is asked again after this. */
export const METADATA_RETRY = 30 * SECOND;
/** How often a peer may have the whole metadata of us. */
export const METADATA_COPIES = 4;
/** `have` messages that a peer may send before the number of pieces is known. */
export const MAX_EARLY_HAVES = 5000;

/** Hash requests out to one peer. */
export const HASH_DEPTH = 4;
export const HASH_TIMEOUT = 20 * SECOND;
/** Hash answers that are being computed for one peer. */
export const MAX_HASH_SERVES = 16;

/** One PEX message a minute (BEP 11), and at most so many peers in it. */
export const PEX_INTERVAL = MINUTE;
export const PEX_MOST = 50;
/** Peers taken from one PEX message. */
export const PEX_TAKEN = 100;
/** PEX messages that come sooner than this are not read. */
export const PEX_LEAST_INTERVAL = 45 * SECOND;

/** Pieces of v1 torrents whose wrong blocks are remembered until the piece is good. */
export const MAX_REMEMBERED_FAILURES = 64;
/** Bad pieces with shared blame before a ban. */
export const SHARED_BLAME_LIMIT = 2;
