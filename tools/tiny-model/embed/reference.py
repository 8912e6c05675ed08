"""Reference reader of `switchboard-embed` GGUF files (the format is described in FORMAT.md).

The C# engine must give the same numbers; keep this file plain rather than fast.
Use:  python3 reference.py MODEL.gguf "a text" ["another text" ...]
"""
from __future__ import annotations

import struct
import sys
import unicodedata
from functools import lru_cache
from typing import Any

import numpy as np

APOSTROPHES = "'\u2019"
# Accents are folded by this table alone, so that no normalisation library is needed.
FOLD = dict(zip("àáâãäåçèéêëìíîïñòóôõöùúûüýÿ", "aaaaaaceeeeiiiinooooouuuuyy"))
NUMBER = "<num>"
MAX_WORD = 64  # code points of a word that are looked at
ALPHABET = "abcdefghijklmnopqrstuvwxyz"
VOWELS = "aeiou"


# ---------------------------------------------------------------- words of a text
def lower(text: str) -> str:
    """Simple (one to one) lower-casing of each code point, then the accent table."""
    out = []
    for c in text:
        low = c.lower()
        if len(low) == 1:
            c = low
        out.append(FOLD.get(c, c))
    return "".join(out)


def is_letter(c: str) -> bool:
    return unicodedata.category(c)[0] == "L"


def is_digit(c: str) -> bool:
    return unicodedata.category(c) == "Nd"


def runs(text: str) -> list[str]:
    """Maximal runs of letters and digits in their original case; see FORMAT.md, step 1."""
    out: list[str] = []
    n, i = len(text), 0
    while i < n:
        if not (is_letter(text[i]) or is_digit(text[i])):
            i += 1
            continue
        start, word = i, []
        while i < n:
            c = text[i]
            if is_letter(c) or is_digit(c):
                word.append(c)
            elif unicodedata.category(c) == "Mn":
                pass  # a combining accent neither counts nor separates
            elif c in APOSTROPHES and i + 1 < n and is_letter(text[i - 1]) and is_letter(text[i + 1]):
                pass
            else:
                break
            i += 1
        run = "".join(word)
        # The three names that punctuation would destroy.
        if run in ("C", "c", "F", "f") and text[i:i + 1] == "#":
            run = run.lower() + "sharp"
        elif run in ("C", "c") and text[i:i + 2] == "++":
            run = "cplusplus"
        elif run in ("NET", "Net", "net") and start > 0 and text[start - 1] == "." and (
                start == 1 or not (is_letter(text[start - 2]) or is_digit(text[start - 2]))):
            run = "dotnet"
        out.append(run)
    return out


def pieces(run: str) -> list[str]:
    """Split at aB, a1 and 1a; used only where the whole run is unknown."""
    out, start = [], 0
    for i in range(1, len(run)):
        a, b = run[i - 1], run[i]
        if is_digit(a) != is_digit(b) or (
                unicodedata.category(a) == "Ll" and unicodedata.category(b) == "Lu"):
            out.append(run[start:i])
            start = i
    out.append(run[start:])
    return out


# ---------------------------------------------------------------- forms of a word
def stems(word: str, rules: list[str]) -> list[str]:
    """Candidates from the suffix rules, in order. A rule is `suffix>replacement`;
    the replacement `!` takes the suffix off and undoes a doubled last letter (stopped > stop)."""
    out: list[str] = []
    for rule in rules:
        suffix, replacement = rule.split(">")
        if not word.endswith(suffix) or len(word) - len(suffix) < 2:
            continue
        stem = word[:len(word) - len(suffix)]
        if replacement == "!":
            if len(stem) < 3 or stem[-1] != stem[-2]:
                continue
            out.append(stem[:-1])
        else:
            out.append(stem + replacement)
    return out


def edits(word: str) -> tuple[list[str], list[str], list[str]]:
    """Words one slip away, in three tiers, the likelier slips first; the first letter always stays."""
    n = len(word)
    likely = [word[:i] + word[i + 1] + word[i] + word[i + 2:] for i in range(1, n - 1)]  # two letters swapped
    likely += [word[:i] + word[i + 1:] for i in range(1, n) if word[i] == word[i - 1]]  # doubled by mistake
    likely += [word[:i] + word[i] + word[i:] for i in range(1, n)]  # not doubled by mistake
    middling = [word[:i] + word[i + 1:] for i in range(1, n)]  # one too many
    middling += [word[:i] + c + word[i:] for i in range(1, n + 1) for c in ALPHABET]  # one missing
    middling += [word[:i] + c + word[i + 1:] for i in range(1, n) if word[i] in VOWELS for c in VOWELS]
    rest = [word[:i] + c + word[i + 1:] for i in range(1, n) for c in ALPHABET]  # one wrong
    return likely, middling, rest


def fnv1a(data: bytes) -> int:
    h = 2166136261
    for b in data:
        h = ((h ^ b) * 16777619) & 0xFFFFFFFF
    return h


def ngram_buckets(word: str, shortest: int, longest: int, buckets: int) -> list[int]:
    """Buckets of the n-grams of `<word>`, repeated ones repeated."""
    marked = "<" + word[:MAX_WORD] + ">"
    return [fnv1a(marked[i:i + n].encode("utf-8")) % buckets
            for n in range(shortest, longest + 1) for i in range(len(marked) - n + 1)]


# ---------------------------------------------------------------- the file
def read_gguf(path: str) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    with open(path, "rb") as f:
        data = f.read()
    pos = 0

    def take(fmt: str) -> Any:
        nonlocal pos
        value = struct.unpack_from("<" + fmt, data, pos)[0]
        pos += struct.calcsize("<" + fmt)
        return value

    def string() -> str:
        nonlocal pos
        n = take("Q")
        pos += n
        return data[pos - n:pos].decode("utf-8")

    scalar = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}

    def value(kind: int) -> Any:
        if kind == 8:
            return string()
        if kind == 9:
            inner, n = take("I"), take("Q")
            return [value(inner) for _ in range(n)]
        return take(scalar[kind])

    if take("I") != 0x46554747 or take("I") != 3:
        raise ValueError("not a GGUF v3 file")
    n_tensors, n_meta = take("Q"), take("Q")
    meta = {}
    for _ in range(n_meta):
        key = string()
        meta[key] = value(take("I"))
    infos = []
    for _ in range(n_tensors):
        name = string()
        dims = [take("Q") for _ in range(take("I"))]
        infos.append((name, dims, take("I"), take("Q")))
    align = meta.get("general.alignment", 32)
    base = (pos + align - 1) // align * align
    tensors = {}
    for name, dims, kind, offset in infos:
        count = int(np.prod(dims))
        shape = tuple(reversed(dims))
        if kind == 0:
            array = np.frombuffer(data, "<f4", count, base + offset)
        elif kind == 8:  # Q8_0: blocks of 32, a half-precision scale, then 32 signed bytes
            blocks = np.frombuffer(data, np.dtype([("d", "<f2"), ("q", "i1", 32)]), count // 32, base + offset)
            array = blocks["d"].astype(np.float32)[:, None] * blocks["q"].astype(np.float32)
        else:
            raise ValueError(f"tensor type {kind}")
        tensors[name] = array.reshape(shape)
    return meta, tensors


class Model:
    def __init__(self, path: str) -> None:
        meta, tensors = read_gguf(path)
        if meta["general.architecture"] != "switchboard-embed":
            raise ValueError("another architecture")
        p = "switchboard-embed."
        self.meta = meta
        self.dim: int = meta[p + "embedding_length"]
        self.context: int = meta[p + "context_length"]
        self.shortest: int = meta[p + "subword.min"]
        self.longest: int = meta[p + "subword.max"]
        self.buckets: int = meta[p + "subword.buckets"]
        self.subword_weight: float = meta[p + "subword.weight"]
        self.rules: list[str] = meta[p + "suffix_rules"]
        self.edit_min: int = meta[p + "edit.min"]
        self.edit_weight: float = meta[p + "edit.weight"]
        self.vectors = tensors["token_embd.weight"].astype(np.float64)
        self.subwords = tensors["subword.weight"].astype(np.float64)
        self.weights = tensors["token_weight"].astype(np.float64)
        self.common = tensors["common.weight"].astype(np.float64)
        self.words: list[str] = meta["tokenizer.ggml.tokens"]
        # An alias is a word without a vector of its own.
        self.index = dict(zip(meta[p + "alias.words"], meta[p + "alias.tokens"]))
        self.index.update((w, i) for i, w in enumerate(self.words))
        self.number = self.index[NUMBER]
        self.find = lru_cache(65536)(self._find)

    def known(self, word: str) -> int | None:
        """The word itself, else the first suffix rule that leads to a known word."""
        if word in self.index:
            return self.index[word]
        return next((self.index[s] for s in stems(word, self.rules) if s in self.index), None)

    def corrected(self, word: str) -> int | None:
        """The most frequent known word one slip away from the word or from one of its stems."""
        forms = [edits(f) for f in [word, *stems(word, self.rules)] if len(f) >= self.edit_min]
        for tier in range(3):
            hits = [self.index[e] for form in forms for e in form[tier] if e in self.index]
            if hits:
                return min(hits)  # tokens are sorted by falling frequency
        return None

    def _find(self, word: str) -> np.ndarray:
        """weight * vector of a lower-case word or piece."""
        token = self.known(word)
        if token is not None:
            return self.weights[token] * self.vectors[token]
        if all(is_digit(c) for c in word):
            return self.weights[self.number] * self.vectors[self.number]
        token = self.corrected(word)
        if token is not None:
            return self.edit_weight * self.weights[token] * self.vectors[token]
        rows = ngram_buckets(word, self.shortest, self.longest, self.buckets)
        return self.subword_weight * self.subwords[rows].mean(axis=0)

    def tokens(self, text: str) -> list[str]:
        out: list[str] = []
        for run in runs(text):
            if self.known(lower(run)[:MAX_WORD]) is not None:
                out.append(lower(run)[:MAX_WORD])
            else:
                out.extend(lower(piece)[:MAX_WORD] for piece in pieces(run))
            if len(out) >= self.context:
                break
        return out[:self.context]

    def embed(self, text: str) -> np.ndarray:
        total = np.zeros(self.dim)
        for word in self.tokens(text):
            total += self.find(word)
        for c in self.common:
            total = total - (total @ c) * c
        norm = float(np.sqrt(total @ total))
        if norm < 1e-6:  # no word at all: a fixed unit vector, never NaN
            total, norm = np.eye(1, self.dim)[0], 1.0
        return (total / norm).astype(np.float32)


if __name__ == "__main__":
    model = Model(sys.argv[1])
    vectors = [model.embed(t) for t in sys.argv[2:]]
    for text, vector in zip(sys.argv[2:], vectors):
        print(text, "|", " ".join(model.tokens(text)), "|", np.round(vector[:4], 4))
    print(np.round(np.array([[float(a @ b) for b in vectors] for a in vectors]), 3))
