#!/usr/bin/env python3
"""Makes the sample calls of the demo: scripted dialogues, spoken by espeak-ng, as 8 kHz mu-law.

Needs Debian's espeak-ng and sox, and nothing else. Each call becomes two files of equal length, NAME_customer.wav and
NAME_agent.wav. The same versions of the tools give the same bytes. No human voice is in them.

    deploy/samples/make-samples.py [--plot] [FOLDER]
"""

import array
import pathlib
import random
import subprocess
import sys

RATE_HZ = 8000

# How a mood changes a voice: pitch (espeak-ng 0..99) and words a minute relative to the voice's own, the span of the
# melody and the stress (SSML), the level in dB, overdrive as of a raised voice into a telephone, and the pause before
# the turn in seconds (an angry caller does not wait).
MOODS = {
    "calm":     dict(pitch=0,   speed=1.00, span="medium", gain=-6,  drive=0,  pause=0.7),
    "friendly": dict(pitch=6,   speed=1.05, span="high",   gain=-5,  drive=0,  pause=0.6),
    "annoyed":  dict(pitch=9,   speed=1.15, span="high",   gain=-3,  drive=3,  pause=0.35),
    "angry":    dict(pitch=24,  speed=1.32, span="x-high", gain=-1,  drive=12, pause=0.1),
    "furious":  dict(pitch=32,  speed=1.40, span="x-high", gain=0,   drive=18, pause=0.05),
    "worried":  dict(pitch=14,  speed=1.12, span="medium", gain=-6,  drive=0,  pause=0.8),
    "sad":      dict(pitch=-10, speed=0.80, span="low",    gain=-11, drive=0,  pause=1.2),
    "calming":  dict(pitch=-4,  speed=0.92, span="medium", gain=-7,  drive=0,  pause=0.6),
    "relieved": dict(pitch=3,   speed=0.95, span="high",   gain=-6,  drive=0,  pause=0.8),
}

# voice: espeak-ng voice, its pitch and its words a minute
CALLS = {
    "billing": dict(
        seed=1,
        customer=("en-us+m3", 38, 165),
        agent=("en-gb+f2", 52, 160),
        turns=[
            ("agent", "friendly", "Good morning, you are through to customer service. How can I help you?"),
            ("customer", "calm", "Hello. I have a question about my last bill. It is higher than I expected."),
            ("agent", "calm", "I see. Let me have a look at it. Could you give me your customer number, please?"),
            ("customer", "calm", "Yes. It is four seven one, two two nine."),
            ("agent", "calm", "Thank you. The bill holds a charge for a second line."),
            ("customer", "annoyed", "I cancelled that line in March. I told two of your colleagues about it already."),
            ("agent", "calm", "I am afraid I cannot see a cancellation here."),
            ("customer", "angry", "You cannot see it? I have sent it twice! Twice! Nobody ever answers!"),
            ("agent", "calm", "I understand. Perhaps the letter was lost."),
            ("customer", "furious", "Lost? You lost it! This is the third time I am calling! I want my money back! Right now!"),
            ("customer", "furious", "I have had enough of this! It is a disgrace!"),
            ("agent", "calming", "You are right to be upset, and I am sorry. I will put this right, now, while you wait."),
            ("customer", "angry", "That is what the last one said to me!"),
            ("agent", "calming", "I have cancelled the line as of March. The forty two euros go back to your account today."),
            ("customer", "annoyed", "Today? And who tells me that it is really done?"),
            ("agent", "calming", "You are getting a message with the confirmation at this very moment."),
            ("customer", "calm", "Wait. Yes. Here it is. All right."),
            ("agent", "friendly", "Is there anything else that I can do for you?"),
            ("customer", "relieved", "No. Thank you. That was a real help. Good bye."),
            ("agent", "friendly", "Thank you for your patience. Good bye."),
        ],
    ),
    "delivery": dict(
        seed=2,
        customer=("en-gb+f4", 60, 160),
        agent=("en-us+m7", 35, 158),
        turns=[
            ("agent", "friendly", "Parcel service, good afternoon. What can I do for you?"),
            ("customer", "worried", "Hello. I am waiting for a parcel with medicine for my mother. It should have come yesterday."),
            ("agent", "calm", "Do you have the number of the parcel?"),
            ("customer", "worried", "Yes. Six six one, nine zero four. Please, she needs it tonight."),
            ("agent", "calm", "One moment. It says here that it was delivered yesterday at noon."),
            ("customer", "annoyed", "No, it was not. I was at home the whole day. Nobody came."),
            ("agent", "calm", "The driver has noted that nobody opened the door."),
            ("customer", "angry", "That is not true! I was sitting right beside the door! The whole day!"),
            ("customer", "angry", "He did not even ring the bell! Do you know what this means for us?"),
            ("agent", "calming", "I am very sorry. I am calling the depot on the other line. Please stay with me."),
            ("customer", "sad", "I do not know what to do. She has only two tablets left."),
            ("agent", "calming", "I have found it. It is in the shop at the corner of your street, and it is open until eight."),
            ("customer", "worried", "Really? Are you sure that it is there?"),
            ("agent", "calming", "I have just spoken to the owner. It lies on the counter, with your name on it."),
            ("customer", "relieved", "Oh, thank you. Thank you so much. I am going there at once."),
            ("agent", "friendly", "You are welcome. All the best to your mother."),
            ("customer", "relieved", "Thank you. Good bye."),
        ],
    ),
    "booking": dict(
        seed=3,
        customer=("en-us+f1", 50, 172),
        agent=("en-gb+m1", 40, 158),
        turns=[
            ("agent", "friendly", "Hotel reception, good evening."),
            ("customer", "friendly", "Good evening! I would like to book a room for the second weekend of May."),
            ("agent", "calm", "For how many people, please?"),
            ("customer", "friendly", "For two. It is our anniversary, so something with a view would be lovely."),
            ("agent", "friendly", "Congratulations! I have a room with a balcony to the sea on the fourth floor."),
            ("customer", "friendly", "That sounds wonderful! How much is it?"),
            ("agent", "calm", "One hundred and twenty a night, with breakfast."),
            ("customer", "calm", "Good. Then I take it for two nights. Do I have to pay now?"),
            ("agent", "calm", "No. You pay when you leave. May I have your name?"),
            ("customer", "calm", "Of course. It is Taylor, Ruth Taylor."),
            ("agent", "friendly", "Thank you. The room is yours. We are looking forward to seeing you."),
            ("customer", "relieved", "Perfect! Thank you very much, and good night."),
            ("agent", "friendly", "Good night."),
        ],
    ),
}


def speak(voice, mood, text):
    """One turn as 16-bit samples at 8 kHz, in the band of a telephone."""
    name, pitch, speed = voice
    m = MOODS[mood]
    ssml = f'<speak><prosody range="{m["span"]}">{text}</prosody></speak>'
    wav = subprocess.run(
        ["espeak-ng", "-m", "-v", name, "-p", str(max(0, min(99, pitch + m["pitch"]))),
         "-s", str(round(speed * m["speed"])), "-a", "120", "--stdout", ssml],
        check=True, capture_output=True).stdout
    effects = ["highpass", "300", "rate", "-v", str(RATE_HZ), "norm", "-3"]
    if m["drive"]:
        effects += ["overdrive", str(m["drive"]), "20", "norm", "-3"]
    effects += ["lowpass", "3400", "gain", str(m["gain"] - 1), "silence", "1", "0.02", "-50d", "reverse",
                "silence", "1", "0.02", "-50d", "reverse"]
    raw = subprocess.run(
        ["sox", "-R", "-t", "wav", "--ignore-length", "-", "-t", "raw", "-e", "signed", "-b", "16", "-c", "1", "-"] + effects,
        input=wav, check=True, capture_output=True).stdout
    return array.array("h", raw)


def make(folder, name, call):
    """Places the turns of both sides on one time line; a side that is silent hears the noise of its line."""
    position = RATE_HZ // 2
    placed = {"customer": [], "agent": []}
    for side, mood, text in call["turns"]:
        samples = speak(call[side], mood, text)
        position += round(MOODS[mood]["pause"] * RATE_HZ)
        placed[side].append((position, samples))
        position += len(samples)
    total = (position + RATE_HZ) // RATE_HZ * RATE_HZ + RATE_HZ
    for side, turns in placed.items():
        noise = random.Random(f'{call["seed"]} {side}')
        channel = array.array("h", (round(noise.gauss(0, 14)) for _ in range(total)))
        for start, samples in turns:
            for i, value in enumerate(samples):
                channel[start + i] = max(-32768, min(32767, channel[start + i] + value))
        path = folder / f"{name}_{side}.wav"
        subprocess.run(
            ["sox", "-R", "-t", "raw", "-r", str(RATE_HZ), "-e", "signed", "-b", "16", "-c", "1", "-",
             "-e", "mu-law", "-b", "8", str(path)],
            input=channel.tobytes(), check=True)
        print(f"{path}: {total / RATE_HZ:.0f} s, {path.stat().st_size} bytes")


def plot(folder, name):
    """A level a second, as text: the anger should be seen."""
    for side in ("customer", "agent"):
        raw = subprocess.run(["sox", str(folder / f"{name}_{side}.wav"), "-t", "raw", "-e", "signed", "-b", "16", "-"],
                             check=True, capture_output=True).stdout
        samples = array.array("h", raw)
        levels = []
        for start in range(0, len(samples), RATE_HZ):
            block = samples[start:start + RATE_HZ]
            rms = (sum(v * v for v in block) / len(block)) ** 0.5
            levels.append(" .:-=+*#%@"[max(0, min(9, int(rms / 800)))])
        print(f"{name:9s} {side:9s}|{''.join(levels)}|")


def main():
    arguments = [a for a in sys.argv[1:] if a != "--plot"]
    folder = pathlib.Path(arguments[0]) if arguments else pathlib.Path(__file__).parent
    folder.mkdir(parents=True, exist_ok=True)
    for name, call in CALLS.items():
        make(folder, name, call)
        if "--plot" in sys.argv:
            plot(folder, name)


if __name__ == "__main__":
    main()
