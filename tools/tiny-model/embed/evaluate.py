"""Share of (anchor, related, unrelated) triples that a model ranks right.

Use:  python3 evaluate.py MODEL.gguf TRIPLES.tsv [--errors]
Without --errors only totals are printed, so that a held-out set stays unseen.
"""
from __future__ import annotations

import sys

import numpy as np

from reference import Model


def read_triples(path: str) -> list[tuple[str, str, str]]:
    with open(path, encoding="utf-8") as f:
        rows = [line.rstrip("\n").split("\t") for line in f if line.strip() and not line.startswith("#")]
    return [(r[0], r[1], r[2]) for r in rows if len(r) >= 3 and r[0] != "anchor"]


def main() -> None:
    model = Model(sys.argv[1])
    near, far, wrong, anchors, relateds = [], [], [], [], []
    for anchor, related, unrelated in read_triples(sys.argv[2]):
        a, r, u = (model.embed(t) for t in (anchor, related, unrelated))
        anchors.append(a)
        relateds.append(r)
        near.append(float(a @ r))
        far.append(float(a @ u))
        if near[-1] <= far[-1]:
            wrong.append(f"{near[-1]:.2f} {far[-1]:.2f}  {anchor} | {related} | {unrelated}")
    n = len(near)
    print(f"right {n - len(wrong)} of {n} = {100 * (n - len(wrong)) / n:.1f}%; "
          f"mean cosine related {np.mean(near):.3f}, unrelated {np.mean(far):.3f}, "
          f"mean margin {np.mean(near) - np.mean(far):.3f}")
    # Harder: among the related texts of all triples, is an anchor's own the nearest?
    best = (np.array(anchors) @ np.array(relateds).T).argmax(axis=1)
    print(f"own related text found among all {n}: {100 * np.mean(best == np.arange(n)):.1f}%")
    if "--errors" in sys.argv:
        print("\n".join(wrong))


if __name__ == "__main__":
    main()
