import type {
  ApiPeer,
  ApiShare,
  ApiShareDetails,
  ApiStats,
  ShareHistory,
  ShareRange,
  SharesQuery,
  TrackerHistory,
  TrackerRange,
} from "../../lib/app/tracker/api_types.ts";
import type { TrackerData } from "../../lib/app/tracker/web_face.ts";
import { infoHash, infoHashV2, peerId } from "../../lib/base/ids.ts";
import type { Random } from "../../lib/base/random.ts";
import { seededRandom } from "../support/seeded_random.ts";

/** Names as people give them, with sizes and how many seed and leech. */
const SHARES: readonly (readonly [string, number, number, number])[] = [
  ["debian-13.2.0-amd64-netinst.iso", 703_594_496, 41, 6],
  ["Holiday in Łódź 2026", 3_640_000_000, 3, 1],
  ["lecture-07-merkle-trees.mkv", 812_400_000, 12, 9],
  ["openstreetmap-planet-2611.osm.pbf", 87_300_000_000, 18, 22],
  ["field-recordings (48 kHz, 24 bit)", 14_200_000_000, 1, 0],
  ["genome-assembly-GRCh38.p14.tar.zst", 951_000_000, 7, 2],
  ["日本語の書類.pdf", 6_480_000, 2, 0],
  ["أرشيف الصور", 29_800_000_000, 0, 3],
  ["<script>alert(1)</script> \u202Egnp.exe\u2066", 1_340_000, 1, 0],
  ["night-sky-survey-tiles-0417.zip", 64_400_000_000, 5, 14],
  ["backup-2026-11-25.tar.age", 2_120_000_000, 0, 0],
  ["kiwix-wikipedia-en-all-maxi.zim", 111_000_000_000, 26, 17],
];

/** Names that are meant to break a page. */
const HOSTILE: typeof SHARES = [
  ["W".repeat(255), 1, 1, 1],
  ["漢".repeat(85), 1, 1, 1],
  [`${"Z\u0334\u0350\u0321\u0353".repeat(25)}`, 1, 1, 1],
  ["\u202E\u2066".repeat(40), 1, 1, 1],
  ["a ".repeat(127), 1, 1, 1],
  ["﷽".repeat(85), 1, 1, 1],
  ["'\"><img src=x onerror=alert(1)><style>*{display:none}</style>", 1, 1, 1],
];

/** What a tracker of some size would tell: the same for the same seed. */
export class FakeData implements TrackerData {
  readonly isAdmin = false;
  readonly #list: readonly ApiShare[];
  readonly #now: number;

  /** @param now Seconds since 1970 at which the histories end. @param hostile Names that are meant to break a page, instead of good ones. */
  constructor(now: number, hostile = false) {
    this.#now = now;
    const random = seededRandom(7);
    this.#list = (hostile ? HOSTILE : SHARES).map((share, at) => newShare(share, at, random));
  }

  stats(): ApiStats {
    return {
      shares: this.#list.length,
      seeders: this.#list.reduce((sum, { seeders }) => sum + seeders, 0),
      leechers: this.#list.reduce((sum, { leechers }) => sum + leechers, 0),
      classic_names: 3,
      classic_peers: 5,
      announces: { line: 48_211, http: 1_204_553, udp: 731_904 },
      refused: 1_318,
      connections: 212,
      interval: 120,
      uptime: 277_400,
      rates: { line: 1.4, http: 31.2, udp: 18.9, errors: 0.1 },
      latency: { mean: 0.000041, p99: 0.00025 },
      memory: 118_400_000,
      listeners: 2,
      problems: [],
    };
  }

  history(range: TrackerRange): TrackerHistory {
    const wave = newWave(this.#now, 120);
    return {
      step: { "5m": 2.5, "1h": 30, "1d": 720, "30d": 21_600 }[range],
      end: this.#now,
      values: {
        line: wave(1.4, 0.5, 11),
        http: wave(28, 6, 37),
        udp: wave(17, 4, 29),
        errors: wave(0.2, 0.2, 13),
        latency_mean: wave(0.00004, 0.00001, 31),
        latency_p99: wave(0.0002, 0.00008, 23),
        memory: wave(116e6, 3e6, 90),
        connections: wave(205, 14, 53),
        shares: wave(12, 0, 9),
        seeders: wave(180, 22, 71),
        leechers: wave(64, 18, 47),
      },
    };
  }

  shares({ q = "", sort = "age", order, limit = 20, after = 0 }: SharesQuery) {
    const found = this.#list.filter(({ name }) => name?.toLowerCase().includes(q.toLowerCase()))
      .toSorted((a, b) => {
        const [one, other] = [a[sort] ?? 0, b[sort] ?? 0];
        return (one < other ? -1 : 1) * (order === "asc" ? 1 : -1);
      });
    const shares = found.slice(after, after + limit);
    const next = after + limit < found.length ? { next: after + limit } : {};
    return Promise.resolve({ shares, total: this.#list.length, ...next });
  }

  share(hash: string): ApiShareDetails | undefined {
    const share = this.#list.find(({ v1, v2 }) => v1 === hash || v2 === hash);
    if (!share) return undefined;
    const { seeders, leechers } = share;
    const peers = seeders + leechers;
    const trackers = ["http://tracker.example:6969/announce", "udp://tracker.example:6969"];
    const parts = [
      `xt=urn:btih:${share.v1}&xt=urn:btmh:1220${share.v2}`,
      `dn=${encodeURIComponent(share.name ?? "")}`,
      ...trackers.map((tracker) => `tr=${encodeURIComponent(tracker)}`),
    ];
    const shareOf = (part: number) => Math.floor(peers * part);
    return {
      ...share,
      magnet: `magnet:?${parts.join("&")}`,
      trackers,
      clients: [
        { code: "qB", name: "qBittorrent", count: shareOf(0.4) },
        { code: "MT", name: "Mini-Torrent", count: shareOf(0.3) },
        { code: "TR", name: "Transmission", count: shareOf(0.2) },
        { code: "", count: shareOf(0.1) },
      ],
      families: { ipv4: shareOf(0.7), ipv6: shareOf(0.3) },
      reach: { public: shareOf(0.8), private: shareOf(0.2), loopback: 0 },
      classic: Math.min(2, seeders),
      torrent: false,
    };
  }

  shareHistory(hash: string, range: ShareRange): ShareHistory | undefined {
    const share = this.share(hash);
    if (!share) return undefined;
    const wave = newWave(this.#now, 60);
    const values = {
      seeders: wave(share.seeders, share.seeders / 4, 37).map(Math.round),
      leechers: wave(share.leechers, share.leechers / 3, 23).map(Math.round),
      announces: wave(share.seeders + share.leechers, 6, 11).map(Math.round),
    };
    return { step: { "1h": 60, "1d": 1_440, "7d": 10_080 }[range], end: this.#now, values };
  }

  peers(): { peers: ApiPeer[] } {
    const id = peerId("11".repeat(20))!;
    const common = { peer_id: id, classic: false, seed: true, age: 40 };
    return {
      peers: [
        { host: "192.0.2.7", port: 51413, client: "Transmission", ...common },
        { host: "2001:db8::17", port: 6881, client: "qBittorrent", ...common, age: 12 },
      ],
    };
  }
}

function newShare(
  [name, size, seeders, leechers]: (typeof SHARES)[number],
  at: number,
  random: Random,
): ApiShare {
  const hex = (digits: number) =>
    Array.from({ length: digits }, () => Math.floor(16 * random.next()).toString(16)).join("");
  const v1 = infoHash(hex(40))!;
  const v2 = infoHashV2(hex(64))!;
  return {
    id: v2,
    name,
    size,
    v1,
    v2,
    seeders,
    leechers,
    completed: Math.floor(900 * random.next()),
    age: Math.floor(40 * 1.9 ** (at + 3)),
    health: seeders > 1 ? "good" : seeders === 1 ? "fair" : leechers > 0 ? "poor" : "idle",
  };
}

/** Numbers that go up and down around a middle. */
function newWave(now: number, count: number) {
  const random = seededRandom(now % 1000);
  return (middle: number, height: number, period: number): number[] =>
    Array.from({ length: count }, (_, at) => {
      const swing = Math.sin(2 * Math.PI * at / period) + 0.7 * (random.next() - 0.5);
      return Math.max(0, middle + height * swing);
    });
}
