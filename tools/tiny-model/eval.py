"""Asks held-out questions greedily and prints the share right per group.

File: tab-separated with a header, group, question, must. Turns of a history are parted by ` || `, user first.
`must`: alternatives parted by ` | `, each a list parted by ` & ` of texts that must all appear, upper or lower case."""
from __future__ import annotations

import argparse
from collections import defaultdict
from pathlib import Path

import torch

from sample import Greedy


def right(answer: str, must: str) -> bool:
    low = answer.lower()
    return any(all(part.strip().lower() in low for part in choice.split(" & ")) for choice in must.split(" | "))


def main() -> None:
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("files", nargs="+")
    p.add_argument("--checkpoint", default="build/final.pt")
    p.add_argument("--tokenizer", default="build/tokenizer.model")
    p.add_argument("--failures", metavar="FILE", help="write the wrong answers here (to report, not to tune by)")
    p.add_argument("--as-q8", action="store_true", help="round the weights as the GGUF file does")
    a = p.parse_args()
    torch.set_num_threads(1)
    greedy = Greedy(a.checkpoint, a.tokenizer, a.as_q8)
    good: dict[str, int] = defaultdict(int)
    total: dict[str, int] = defaultdict(int)
    failures: list[str] = []
    for file in a.files:
        for line in Path(file).read_text(encoding="utf-8").splitlines()[1:]:
            cells = line.rstrip("\n").split("\t")
            if len(cells) < 3 or line.startswith("#"):
                continue
            group, question, must = cells[:3]
            turns = [(("user", "assistant")[i % 2], t) for i, t in enumerate(question.split(" || "))]
            answer = greedy.answer(turns)
            total[group] += 1
            if right(answer, must):
                good[group] += 1
            else:
                failures.append(f"{group}\t{question}\t{must}\t{answer}")
    for group in total:
        print(f"{group:<14}{good[group]:>5} of {total[group]:<5}{good[group] / total[group]:>7.1%}")
    print(f"{'all':<14}{sum(good.values()):>5} of {sum(total.values()):<5}{sum(good.values()) / max(sum(total.values()), 1):>7.1%}")
    if a.failures:
        Path(a.failures).write_text("\n".join(failures) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
