#!/bin/sh
# Makes the reference audio of the tests with independent tools (Debian: sox, ffmpeg, opus-tools, espeak-ng).
# The results are committed; run it again only to change them. Usage: make-vectors.sh (in this folder)
set -eu
espeak-ng -v en-gb -s 150 -w speech.tmp.wav "You said it would be here on Monday. It is Friday now."
sox -D speech.tmp.wav -r 16000 -b 16 source.tmp.wav trim 0.1 1.0 norm -6
sox -D source.tmp.wav tone.tmp.wav synth 1.0 sine 440 vol 0.25
sox -D -M source.tmp.wav tone.tmp.wav stereo.tmp.wav

# Every way to write WAV, 8 kHz, a quarter of a second; the 16-bit one is what the others are compared with.
sox -D source.tmp.wav -r 8000 -b 16 short.tmp.wav trim 0.2 0.25
sox short.tmp.wav -D -e signed -b 16 wav-s16.wav
sox short.tmp.wav -D -e unsigned -b 8 wav-u8.wav
sox short.tmp.wav -D -e signed -b 24 wav-s24-extensible.wav
sox short.tmp.wav -D -e signed -b 32 wav-s32-extensible.wav
sox short.tmp.wav -D -e float -b 32 wav-f32.wav
sox short.tmp.wav -D -e a-law wav-alaw.wav
sox short.tmp.wav -D -e mu-law wav-mulaw.wav
sox stereo.tmp.wav -D -r 8000 -b 16 wav-stereo.wav trim 0.2 0.25

# Ogg Opus, and the same decoded by libopus at 48 kHz, raw 16-bit; and the packets framed as on the topic. The speech
# starts with hybrid packets and goes on with SILK, the stereo file (with music's settings) is CELT.
sox -D source.tmp.wav half.tmp.wav trim 0 0.25
sox -D stereo.tmp.wav stereohalf.tmp.wav trim 0.2 0.08
opusenc --quiet --bitrate 24 half.tmp.wav speech.opus
python3 opus_reference.py speech.opus 48000 speech-libopus.s16 speech.packets
opusenc --quiet --bitrate 48 --music --framesize 10 stereohalf.tmp.wav stereo.opus
python3 opus_reference.py stereo.opus 48000 stereo-libopus.s16

# Speech below 0.7 of the lower Nyquist frequency, and the same resampled to 16 kHz by sox at its best. The padding (in
# samples at the source's rate) is the delay of our resampler.
for pair in 8000:17:2600 44100:47:5200 48000:50:5200; do
  rate=${pair%%:*} pad=${pair#*:} cut=${pair##*:}
  sox -D source.tmp.wav -b 16 -r "$rate" "band-$rate.wav" trim 0.2 0.08 sinc "-$cut"
  sox -D "band-$rate.wav" -t s16 "band-$rate-sox.s16" pad "${pad%:*}s" rate -v 16000
done

# All 256 codes of G.711, as ffmpeg and sox decode them.
for i in 0 1 2 3; do for j in 0 1 2 3 4 5 6 7; do for k in 0 1 2 3 4 5 6 7; do printf "\\$i$j$k"; done; done; done > codes.raw
sox -t ul -r 8000 -c 1 codes.raw -t s16 mulaw-sox.s16
sox -t al -r 8000 -c 1 codes.raw -t s16 alaw-sox.s16
ffmpeg -v error -y -f mulaw -ar 8000 -i codes.raw -f s16le mulaw-ffmpeg.s16
ffmpeg -v error -y -f alaw -ar 8000 -i codes.raw -f s16le alaw-ffmpeg.s16

rm -f ./*.tmp.wav
