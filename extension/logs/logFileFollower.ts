import * as fs from "node:fs";
import { StringDecoder } from "node:string_decoder";

const POLL_MS = 300;
const PIECE_BYTES = 65_536;

/**
 * Follows the file in which a server keeps its log: from what is there to the server's end.
 *
 * The file is held open: what a server says last can still be read when it has removed its record.
 * Looked at in intervals, for how soon the system announces a change differs from one to the next.
 */
export class LogFileFollower {
  private readonly timer: NodeJS.Timeout;
  private descriptor: number | undefined;
  private decoder = new StringDecoder("utf8");
  private isOver = false;

  constructor(
    private readonly file: string,
    private readonly listener: (text: string) => void,
    private readonly ended: () => void,
  ) {
    this.readOlder();
    this.timer = setInterval(() => this.look(), POLL_MS);
    this.look();
  }

  /** Deliver what has been written since the last look. */
  look(): void {
    if (this.isOver) {
      return;
    }
    const inode = inodeOf(this.file);
    if (this.descriptor !== undefined) {
      const own = fs.fstatSync(this.descriptor).ino;
      this.drain();
      if (own === inode) {
        return;
      }
      // A new file has been begun, or the server has gone. The last lines may have come just now.
      this.drain();
      fs.closeSync(this.descriptor);
      this.descriptor = undefined;
    }
    if (inode !== undefined) {
      this.descriptor = opened(this.file);
      this.drain();
    } else if (!fs.existsSync(`${this.file}.1`)) {
      // Between two files the older one is there.
      this.dispose();
      this.ended();
    }
  }

  dispose(): void {
    this.isOver = true;
    clearInterval(this.timer);
    if (this.descriptor !== undefined) {
      fs.closeSync(this.descriptor);
      this.descriptor = undefined;
    }
  }

  private readOlder(): void {
    this.descriptor = opened(`${this.file}.1`);
    if (this.descriptor !== undefined) {
      this.drain();
      fs.closeSync(this.descriptor);
      this.descriptor = undefined;
    }
  }

  private drain(): void {
    if (this.descriptor === undefined) {
      return;
    }
    const piece = Buffer.alloc(PIECE_BYTES);
    for (;;) {
      const count = fs.readSync(this.descriptor, piece, 0, PIECE_BYTES, null);
      if (count === 0) {
        return;
      }
      this.listener(this.decoder.write(piece.subarray(0, count)));
    }
  }
}

function opened(file: string): number | undefined {
  try {
    return fs.openSync(file, "r");
  } catch {
    return undefined;
  }
}

function inodeOf(file: string): number | undefined {
  return fs.statSync(file, { throwIfNoEntry: false })?.ino;
}
