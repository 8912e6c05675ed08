"""Writes expected.json: 20 texts with their vectors from the reference, for the tests of other readers."""
from __future__ import annotations

import json
import os
import sys

from reference import Model

HERE = os.path.dirname(os.path.abspath(__file__))
TEXTS = [
    "How do I reset my password?",
    "I forgot my login credentials and can't sign in.",
    "The mice were running; the children went home.",
    "Deploy the Docker image to a Kubernetes (k8s) cluster",
    "teh databse is slow, acounts are loked",  # spelling correction
    "zqxvkj fowlerton",  # sub-words
    "C# and .NET, C++ or F#, not ASP.NET",
    "getUserName2 parseHTTPResponse gpt4 sha256 42",  # pieces and numbers
    "Caf\u00e9 cre\u0300me \u00dcBER \u0130stanbul",  # accents: composed, combining, U+0130
    "don't won't it\u2019s O'Brien's rock 'n' roll",  # apostrophes
    "The GPU's latency & throughput -- 12,345.67 tokens/s!",
    "stopped planning happily bigger easiest boxes ladies",  # suffix rules
    "refund",
    "the",
    "",  # the fixed unit vector
    "?! ... \U0001f600",  # no words either
    "\u041f\u0440\u0438\u0432\u0435\u0442 \u043c\u0438\u0440 \u4f60\u597d\u4e16\u754c",  # other scripts: sub-words only
    "Interest rates were raised by the central bank because inflation is high.",
    "a" * 100 + " x",  # a word longer than 64
    "a " * 8190 + "dog cat ignored elephant",  # longer than the context: ends with cat
]


def main() -> None:
    path = sys.argv[1] if len(sys.argv) > 1 else os.path.join(HERE, "../../../models/switchboard-tiny-embed.gguf")
    model = Model(path)
    rows = []
    for text in TEXTS:
        words = model.tokens(text)
        rows.append({"text": text, "words": words[:40], "word_count": len(words),
                     "vector": [round(float(x), 6) for x in model.embed(text)]})
    with open(os.path.join(HERE, "expected.json"), "w", encoding="utf-8") as f:
        f.write("[\n" + ",\n".join(json.dumps(r) for r in rows) + "\n]\n")


if __name__ == "__main__":
    main()
