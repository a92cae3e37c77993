"""Decodes Ogg Opus with libopus itself (by ctypes), without the dither of opusdec, and writes the packets as chunks
carry them.

Usage: opus_reference.py FILE.opus RATE OUT.s16 [OUT.packets]
"""
import ctypes, struct, sys


def packets(data):
    at, part = 0, b""
    while at < len(data):
        assert data[at:at + 4] == b"OggS"
        granule, count = struct.unpack_from("<q", data, at + 6)[0], data[at + 26]
        lacing, body = data[at + 27:at + 27 + count], at + 27 + count
        for size in lacing:
            part += data[body:body + size]
            body += size
            if size < 255:
                yield part, granule
                part = b""
        at = body


def main(path, rate, out, raw=None):
    lib = ctypes.CDLL("libopus.so.0")
    lib.opus_decoder_create.restype = ctypes.c_void_p
    found = list(packets(open(path, "rb").read()))
    head = found[0][0]
    channels, pre_skip = head[9], struct.unpack_from("<H", head, 10)[0]
    decoder = ctypes.c_void_p(lib.opus_decoder_create(rate, channels, ctypes.byref(ctypes.c_int())))
    pcm = (ctypes.c_short * (rate * channels))()
    decoded = b""
    for packet, granule in found[2:]:
        frames = lib.opus_decode(decoder, packet, len(packet), pcm, rate, 0)
        assert frames > 0
        decoded += bytes(pcm)[:frames * channels * 2]
    start, end = (n * rate // 48000 * channels * 2 for n in (pre_skip, found[-1][1]))
    open(out, "wb").write(decoded[start:end])
    if raw:
        open(raw, "wb").write(b"".join(struct.pack(">H", len(p)) + p for p, _ in found[2:]))


main(sys.argv[1], int(sys.argv[2]), *sys.argv[3:])
