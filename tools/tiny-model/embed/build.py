"""Makes switchboard-tiny-embed.gguf. See README.md for the recipe and how to run it."""
from __future__ import annotations

import argparse
import os
import random
import re
import struct
import time
from collections import Counter
from collections.abc import Iterable

import numpy as np
import scipy.sparse as sp

import reference as ref
import wordnet as wn

DIM = 256
BUCKETS = 4096
SHORTEST, LONGEST = 3, 5
MAX_BYTES = 6_990_000
MAX_ALIASES = 20_000
SEED = 20240607
BLEND = 0.65  # of the trained vectors with those of the SVD
HERE = os.path.dirname(os.path.abspath(__file__))

# Tried in this order at run time; the build adds aliases where the first hit would be a wrong one.
RULES = ["ies>y", "s>", "es>", "ied>y", "ed>e", "ed>", "ed>!", "ing>e", "ing>", "ing>!", "ier>y", "er>e", "er>",
         "er>!", "iest>y", "est>e", "est>", "est>!", "ily>y", "ly>", "iness>y", "ness>"]

# How much a related synset's lemmas count in a synset's document.
RELATIONS = {"@": 1.0, "@i": 0.7, "~": 0.35, "~i": 0.15, "#p": 0.5, "%p": 0.5, "#m": 0.4, "%m": 0.4, "#s": 0.5,
             "%s": 0.5, "&": 0.8, "=": 0.7, "\\": 1.0, "<": 0.8, ">": 0.7, "*": 0.8, "^": 0.6, "$": 0.7, ";c": 0.8,
             "-c": 0.2, "+": 1.0, "!": 0.4, ";u": 0.0, "-u": 0.0, ";r": 0.3, "-r": 0.05}
SCOWL_PRIOR = {10: 400, 20: 120, 35: 25, 40: 10, 50: 4}
START = time.time()


def log(*parts: object) -> None:
    print(f"[{time.time() - START:5.0f} s]", *parts, flush=True)


# ---------------------------------------------------------------- text to lemmas
class Lemmatiser:
    """Base forms for the training text: WordNet's exceptions, then suffix rules, the commonest lemma wins."""

    def __init__(self, lemmas: set[str], count: Counter[str], exceptions: dict[str, list[str]],
                 stop: set[str], own: set[str], scowl: dict[str, int]) -> None:
        self.lemmas, self.exceptions, self.stop, self.own = lemmas, exceptions, stop, own
        self.count = Counter({w: count[w] + SCOWL_PRIOR.get(scowl.get(w, 99), 0) for w in lemmas})
        self.memory: dict[str, str] = {}

    def base(self, word: str) -> str:
        found = self.memory.get(word)
        if found is None:
            found = self.memory[word] = self._base(word)
        return found

    def _base(self, word: str) -> str:
        if word in self.stop or word in self.own:
            return word
        irregular = [b for b in self.exceptions.get(word, []) if b in self.lemmas]
        if irregular and self.count[word] <= max(self.count[b] for b in irregular):
            return max(irregular, key=lambda b: self.count[b])
        if word in self.lemmas:
            return word
        options = [s for s in ref.stems(word, RULES) if s in self.lemmas or s in self.own]
        if options:
            return max(options, key=lambda b: (self.count[b] + 1000 * (b in self.own), len(b)))
        return word

    def words(self, text: str) -> list[str]:
        out = []
        for run in ref.runs(text):
            word = ref.lower(run)
            out.append(ref.NUMBER if word.isdigit() and word not in self.own else self.base(word))
        return out


def read_own(name: str) -> list[str]:
    with open(os.path.join(HERE, name), encoding="utf-8") as f:
        return [line.strip() for line in f if line.strip() and not line.startswith("#")]


# ---------------------------------------------------------------- training material
class Material:
    """Documents for the co-occurrence counts and text pairs for the contrastive step."""

    def __init__(self, wordnet_dir: str, scowl_dir: str) -> None:
        synsets = wn.read_synsets(wordnet_dir)
        ranks = wn.read_sense_ranks(wordnet_dir)
        tagged = wn.read_counts(wordnet_dir)
        self.scowl = wn.read_scowl(scowl_dir)
        self.stop = {w for line in read_own("stopwords.txt") for w in line.split()}
        lemmas = {l.lower() for s in synsets.values() for l in s.lemmas if "_" not in l}
        lemmas = {l for l in lemmas if l.isalnum()} - self.stop
        self.lemma_set = lemmas
        counts: Counter[str] = Counter()
        for (lemma, _, _), n in tagged.items():
            counts[lemma] += n
        exceptions = wn.read_exceptions(wordnet_dir)

        # terms.txt: `word, other word: definition. | text that uses it | ...`; topics.txt: words of one subject a line.
        terms: list[tuple[list[str], list[str]]] = []
        for line in read_own("terms.txt"):
            head, _, body = line.partition(":")
            terms.append(([h.strip() for h in head.split(",")], [b.strip() for b in body.split("|")]))
        topics = [line.partition(":")[2] or line for line in read_own("topics.txt")]
        own: set[str] = set()
        for names, _ in terms:
            single = [ref.lower(n) for n in names if ref.runs(n) == [n]]
            own.update(n for n in single if not set(ref.stems(n, RULES)) & set(single))
        own -= self.stop
        self.lemmatiser = lem = Lemmatiser(lemmas, counts, exceptions, self.stop, own, self.scowl)
        self.exceptions = exceptions

        # How much of a lemma each synset is: the commonest sense carries most.
        share: dict[tuple[str, str], float] = {}
        by_lemma: dict[str, list[tuple[float, str]]] = {}
        for (lemma, pos), keys in ranks.items():
            for number, key in enumerate(keys):
                weight = (tagged.get((lemma, pos, number), 0) + 0.5) / (number + 1) ** 0.5
                by_lemma.setdefault(lemma, []).append((weight, key))
        for lemma, senses in by_lemma.items():
            total = sum(w for w, _ in senses)
            for w, key in senses:
                share[lemma, key] = (w / total) ** 0.6

        text_count: Counter[str] = Counter()
        self.documents: list[dict[str, float]] = []
        self.pairs: dict[str, list[tuple[list[str], list[str], float]]] = {
            k: [] for k in ("lemma-gloss", "gloss-example", "gloss-parent", "lemma-lemma", "siblings", "own", "halves")}
        pairs = self.pairs

        def names(key: str) -> list[tuple[str, float]]:
            """Words of a synset's lemmas, multi-word ones taken apart."""
            out = []
            for lemma in synsets[key].lemmas:
                parts = lem.words(lemma.replace("_", " "))
                s = share.get((lemma.lower(), key), 0.3) / len(parts) ** 0.5
                out += [(p, s) for p in parts]
            return out

        gloss_words = {key: lem.words(s.definition) for key, s in synsets.items()}
        examples = {key: [lem.words(e) for e in s.examples] for key, s in synsets.items()}
        children: dict[str, list[str]] = {}
        for key, s in synsets.items():
            text_count.update(gloss_words[key])
            for e in examples[key]:
                text_count.update(e)
            doc: Counter[str] = Counter()
            for w in gloss_words[key]:
                doc[w] += 1.0
            for e in examples[key]:
                for w in e:
                    doc[w] += 0.5
            own_names = names(key)
            for w, x in own_names:
                doc[w] += 2.5 * x
            links = s.links + [(r, k) for r, _, k, _ in s.lemma_links]
            fan: Counter[str] = Counter(r for r, _ in links)
            for relation, other in links:
                x = RELATIONS.get(relation, 0.0) / fan[relation] ** 0.5
                if x < 0.05:
                    continue
                for w, y in names(other):
                    doc[w] += 2.0 * x * y
                if relation in ("@", "\\", "+", "&", "<"):
                    for w in gloss_words[other]:
                        doc[w] += 0.3 * x
            self.documents.append(dict(doc))

            best = max((y for _, y in own_names), default=0.3)
            name_words = list(dict.fromkeys(w for w, _ in own_names))
            for w, y in own_names:
                if y > 0.3:
                    pairs["lemma-gloss"].append(([w], gloss_words[key], y))
                    for v, z in own_names:
                        if v != w and z > 0.3:
                            pairs["lemma-lemma"].append(([w], [v], y * z))
            for e in examples[key]:
                if len(e) > 3:
                    pairs["gloss-example"].append((gloss_words[key] + name_words, e, best))
            if len(gloss_words[key]) > 9:
                pairs["halves"].append((gloss_words[key], gloss_words[key], 0.5))
            for relation, other in links:
                if relation in ("@", "@i"):
                    children.setdefault(other, []).append(key)
                    other_names = list(dict.fromkeys(w for w, _ in names(other)))
                    pairs["gloss-parent"].append((gloss_words[key] + name_words, gloss_words[other] + other_names, best))
                elif relation in ("+", "&", "\\", "<", "^", "=", "*", "$", ";c") or relation[0] in "#%":
                    other_gloss = gloss_words[other]
                    if best > 0.3:
                        pairs["gloss-parent"].append((gloss_words[key] + name_words, other_gloss, best * 0.6))
                    for w, y in own_names:
                        for v, z in names(other):
                            if y > 0.35 and z > 0.35 and v != w:
                                pairs["lemma-lemma"].append(([w], [v], y * z))
        rng = random.Random(SEED)
        for parent, keys in children.items():
            named = [(w, y) for k in keys for w, y in names(k) if y > 0.5]
            if 2 <= len(named) <= 40:
                for _ in range(min(len(named), 6)):
                    (a, y), (b, z) = rng.sample(named, 2)
                    if a != b:
                        pairs["siblings"].append(([a], [b], y * z))

        # Our own text: counted several times, for it covers what WordNet lacks.
        term_count: Counter[str] = Counter()
        for heads, bodies in terms:
            head_words = [w for h in heads for w in lem.words(h)]
            texts = [lem.words(b) for b in bodies if b]
            doc = Counter({w: 0.0 for w in head_words})
            for w in head_words:
                doc[w] += 2.5
            for t in texts:
                term_count.update(t)
                for w in t:
                    doc[w] += 1.0
            term_count.update(head_words)
            self.documents += [dict(doc)] * 4
            for h in heads:
                for t in texts:
                    pairs["own"].append((lem.words(h), t, 1.0))
                for other in heads:
                    if other != h:
                        pairs["own"].append((lem.words(h), lem.words(other), 2.0))
            for a in texts:
                for b in texts:
                    if a is not b:
                        pairs["own"].append((a, b + head_words, 1.0))
        for line in topics:
            words = lem.words(line)
            term_count.update(words)
            self.documents += [dict(Counter(words))] * 4
            distinct = list(dict.fromkeys(w for w in words if w not in self.stop))
            for _ in range(max(20, 2 * len(distinct))):  # two disjoint handfuls of one subject belong together
                n = rng.randint(1, min(5, len(distinct) // 2))
                m = rng.randint(1, min(5, len(distinct) // 2))
                pick = rng.sample(distinct, n + m)
                pairs["own"].append((pick[:n], pick[n:], 1.0))
        self.term_count = term_count

        # One estimate of how common a word is, from several weak ones.
        level: dict[str, int] = {}
        for form, lv in self.scowl.items():
            base = lem.base(form)
            level[base] = min(level.get(base, 99), lv)
        self.level = level
        self.frequency: Counter[str] = Counter()
        for w in set(text_count) | set(term_count) | lemmas | self.stop:
            self.frequency[w] = (text_count[w] + 2 * counts[w] + 2 * term_count[w]
                                 + SCOWL_PRIOR.get(level.get(w, 99), 0) * (w in lemmas or w in own or w in self.stop))
        for w in self.stop:
            self.frequency[w] += 3000
        self.text_count = text_count
        log(f"{len(synsets)} synsets, {len(terms)} terms, {len(topics)} topics, {len(self.documents)} documents,",
            {k: len(v) for k, v in pairs.items()})

    def vocabulary(self) -> list[str]:
        """Words that get a vector during the build, commonest first."""
        keep = []
        for w, f in self.frequency.items():
            wanted = w in self.level or w in self.lemma_set and (self.text_count[w] >= 1 or f >= 3)
            if w == ref.NUMBER or w in self.stop or w in self.term_count or (
                    wanted and len(w) > 1 and w.isalpha()) or (w.isalpha() and self.text_count[w] >= 6):
                keep.append(w)
        keep.sort(key=lambda w: (-self.frequency[w], w))
        return keep


# ---------------------------------------------------------------- PPMI and SVD
def ppmi_svd(documents: list[dict[str, float]], index: dict[str, int], frequency: np.ndarray,
             seed: int) -> np.ndarray:
    n = len(index)
    indptr, indices, data = [0], [], []
    for doc in documents:
        items = [(index[w], x) for w, x in doc.items() if w in index]
        # A long document must not outvote a short one, nor a frequent word a rare one.
        norm = sum(x for _, x in items) ** 0.5 or 1.0
        for i, x in items:
            indices.append(i)
            data.append(x / norm)
        indptr.append(len(indices))
    d = sp.csr_matrix((np.array(data, np.float32), np.array(indices, np.int32), np.array(indptr)),
                      shape=(len(documents), n))
    c = (d.T @ d).tocsr()
    c = c - sp.diags(c.diagonal())
    c.eliminate_zeros()
    log(f"co-occurrence: {c.nnz} cells")
    total = c.sum()
    row = np.asarray(c.sum(axis=1)).ravel() + 1e-9
    context = row ** 0.75
    context /= context.sum()
    c = c.tocoo()
    pmi = np.log(c.data / total / (row[c.row] / total * context[c.col]))
    # Discount cells that rest on little evidence.
    pmi *= c.data / (c.data + 0.15)
    keep = pmi > 0
    m = sp.csr_matrix((pmi[keep].astype(np.float32), (c.row[keep], c.col[keep])), shape=(n, n))
    log(f"PPMI: {m.nnz} cells")
    # Randomised subspace iteration.
    rng = np.random.default_rng(seed)
    q = rng.standard_normal((n, DIM + 32)).astype(np.float32)
    mt = m.T.tocsr()
    for _ in range(4):
        q, _ = np.linalg.qr(m @ (mt @ q))
    b = (mt @ q).T
    u, s, _ = np.linalg.svd(b, full_matrices=False)
    vectors = (q @ u[:, :DIM]) * (s[:DIM] ** 0.4)
    log("singular values", np.round(s[[0, 1, 2, 10, 100, DIM - 1]], 1))
    vectors[:, 0] *= 0.3  # the first direction is mostly how common a word is
    return (vectors / (np.linalg.norm(vectors, axis=1, keepdims=True) + 1e-9)).astype(np.float32)


# ---------------------------------------------------------------- contrastive step
MIX = {"lemma-gloss": 0.22, "gloss-example": 0.14, "gloss-parent": 0.16, "lemma-lemma": 0.14, "siblings": 0.05,
       "own": 0.22, "halves": 0.07}


def contrast(vectors: np.ndarray, weights: np.ndarray, pairs: dict[str, list[tuple[list[str], list[str], float]]],
             index: dict[str, int], steps: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Texts that belong together (a word and its gloss, a gloss and its example ...) are drawn together and the
    others of the batch apart, by moving the word vectors and word weights."""
    import torch
    torch.manual_seed(seed)
    torch.set_num_threads(1)
    rng = np.random.default_rng(seed)
    pad = len(index)
    width = 20

    def pack(texts: list[list[str]]) -> np.ndarray:
        out = np.full((len(texts), width), pad, np.int32)
        for r, t in enumerate(texts):
            ids = [index[w] for w in t if w in index][:width]
            out[r, :len(ids)] = ids
        return out

    packed = {}
    for kind, items in pairs.items():
        a, b = pack([p[0] for p in items]), pack([p[1] for p in items])
        w = np.array([p[2] for p in items])
        ok = (a[:, 0] != pad) & (b[:, 0] != pad)
        a, b, w = a[ok], b[ok], w[ok]
        if not len(a):
            continue
        packed[kind] = (a, b, np.cumsum(w) / w.sum())

    emb = torch.nn.Parameter(torch.from_numpy(np.vstack([vectors, np.zeros((1, DIM), np.float32)])))
    start = emb.detach().clone()
    logw = torch.nn.Parameter(torch.from_numpy(np.log(np.append(weights, 1e-6)).astype(np.float32)))
    start_w = logw.detach().clone()
    base_lr = 0.004
    opt = torch.optim.Adam([{"params": [emb], "lr": base_lr}, {"params": [logw], "lr": base_lr}], betas=(0.9, 0.98))
    batch, temperature = 1024, 0.06
    sizes = {k: int(batch * MIX[k]) for k in packed}

    def encode(ids: torch.Tensor) -> torch.Tensor:
        w = torch.exp(logw[ids]) * (ids != pad)
        v = torch.nn.functional.embedding_bag(ids, emb, mode="sum", per_sample_weights=w)
        return torch.nn.functional.normalize(v + 1e-6, dim=1)

    running = 0.0
    for step in range(steps):
        left, right = [], []
        for kind, (a, b, cumulative) in packed.items():
            rows = np.minimum(np.searchsorted(cumulative, rng.random(sizes[kind])), len(a) - 1)
            x, y = a[rows].copy(), b[rows].copy()
            if kind == "halves":  # one half of a definition should find the other
                cut = rng.random(x.shape) < 0.5
                x[cut], y[~cut] = pad, pad
            else:  # drop words, so that no single one carries a text
                drop_x, drop_y = rng.random(x.shape) < 0.15, rng.random(y.shape) < 0.15
                drop_x[(x != pad).sum(1) < 3] = False
                drop_y[(y != pad).sum(1) < 3] = False
                x[drop_x], y[drop_y] = pad, pad
            left.append(x)
            right.append(y)
        x = torch.from_numpy(np.concatenate(left).astype(np.int64))
        y = torch.from_numpy(np.concatenate(right).astype(np.int64))
        for group in opt.param_groups:
            group["lr"] = base_lr * min(1.0, (step + 1) / 50) * (1.0 - 0.95 * step / steps)
        a, b = encode(x), encode(y)
        scores = a @ b.T / temperature
        target = torch.arange(len(x))
        # Texts that are the same on either side are no contrast.
        with torch.no_grad():
            same = ((a @ a.T > 0.98) | (b @ b.T > 0.98)) & ~torch.eye(len(x), dtype=torch.bool)
        scores = scores.masked_fill(same, -1e4)
        loss = 0.5 * (torch.nn.functional.cross_entropy(scores, target)
                      + torch.nn.functional.cross_entropy(scores.T, target))
        seen = torch.unique(torch.cat([x.ravel(), y.ravel()]))
        stay = ((emb[seen] - start[seen]) ** 2).sum() * 2e-4 + ((logw[seen] - start_w[seen]) ** 2).sum() * 1e-4
        opt.zero_grad(set_to_none=True)
        (loss + stay).backward()
        opt.step()
        with torch.no_grad():
            emb[pad] = 0
        running = 0.95 * running + 0.05 * loss.item() if step else loss.item()
        if step % 100 == 0 or step == steps - 1:
            log(f"step {step}: loss {running:.3f}")
    final = emb.detach().numpy()[:-1]
    norms = np.linalg.norm(final, axis=1, keepdims=True) + 1e-9
    return final / norms, np.exp(logw.detach().numpy()[:-1]) * norms[:, 0]


# ---------------------------------------------------------------- sub-words
def fit_subwords(words: list[str], vectors: np.ndarray, ridge: float) -> np.ndarray:
    """Ridge regression: the mean of a word's bucket vectors should be its vector."""
    rows, cols, data = [], [], []
    for r, w in enumerate(words):
        buckets = ref.ngram_buckets(w, SHORTEST, LONGEST, BUCKETS)
        for b in buckets:
            rows.append(r)
            cols.append(b)
            data.append(1.0 / len(buckets))
    s = sp.csr_matrix((data, (rows, cols)), shape=(len(words), BUCKETS))
    gram = np.asarray((s.T @ s).todense()) + ridge * np.eye(BUCKETS)
    return np.linalg.solve(gram, s.T @ vectors.astype(np.float64)).astype(np.float32)


# ---------------------------------------------------------------- GGUF
def q8_0(array: np.ndarray) -> bytes:
    blocks = np.ascontiguousarray(array, np.float32).reshape(-1, 32)
    scale = (np.abs(blocks).max(axis=1) / 127).astype(np.float16)
    divisor = np.where(scale == 0, 1, scale).astype(np.float32)
    out = np.empty(len(blocks), np.dtype([("d", "<f2"), ("q", "i1", 32)]))
    out["d"] = scale
    out["q"] = np.clip(np.rint(blocks / divisor[:, None]), -127, 127)
    return out.tobytes()


def gguf(meta: dict[str, object], tensors: dict[str, tuple[np.ndarray, bool]]) -> bytes:
    """`tensors`: name -> (rows, whether Q8_0)."""
    def string(s: str) -> bytes:
        raw = s.encode("utf-8")
        return struct.pack("<Q", len(raw)) + raw

    def value(v: object) -> bytes:
        if isinstance(v, str):
            return struct.pack("<I", 8) + string(v)
        if isinstance(v, int):
            return struct.pack("<II", 4, v)
        if isinstance(v, float):
            return struct.pack("<If", 6, v)
        assert isinstance(v, list)
        if v and isinstance(v[0], int):
            return struct.pack("<IIQ", 9, 4, len(v)) + struct.pack(f"<{len(v)}I", *v)
        return struct.pack("<IIQ", 9, 8, len(v)) + b"".join(string(s) for s in v)

    head = struct.pack("<IIQQ", 0x46554747, 3, len(tensors), len(meta))
    head += b"".join(string(k) + value(v) for k, v in meta.items())
    body = b""
    for name, (array, quantised) in tensors.items():
        dims = tuple(reversed(array.shape))
        head += string(name) + struct.pack(f"<I{len(dims)}QIQ", len(dims), *dims, 8 if quantised else 0, len(body))
        raw = q8_0(array) if quantised else array.astype("<f4").tobytes()
        body += raw + b"\0" * (-len(raw) % 32)
    return head + b"\0" * (-len(head) % 32) + body


# ---------------------------------------------------------------- all together
def main() -> None:
    args = argparse.ArgumentParser(description=__doc__)
    args.add_argument("--wordnet", default="/usr/share/wordnet")
    args.add_argument("--scowl", default="/usr/share/dict/scowl")
    args.add_argument("--out", default=os.path.join(HERE, "../../../models/switchboard-tiny-embed.gguf"))
    args.add_argument("--steps", type=int, default=700)
    args.add_argument("--components", type=int, default=1)
    args.add_argument("--keep", help="also save all words with their vectors and weights here (.npz), to study them")
    args.add_argument("--seed", type=int, default=SEED)
    opt = args.parse_args()

    material = Material(opt.wordnet, opt.scowl)
    words = material.vocabulary()
    index = {w: i for i, w in enumerate(words)}
    frequency = np.array([material.frequency[w] for w in words], np.float64)
    log(f"{len(words)} words in training")
    vectors = ppmi_svd(material.documents, index, frequency, opt.seed)
    alive = np.linalg.norm(vectors, axis=1) > 0.5  # a word that no document supports has no vector
    words, vectors, frequency = [w for w, a in zip(words, alive) if a], vectors[alive], frequency[alive]
    index = {w: i for i, w in enumerate(words)}
    p = frequency / frequency.sum()
    weights = 1e-4 / (1e-4 + p)
    is_stop = np.array([w in material.stop or w == ref.NUMBER for w in words])
    weights[is_stop] = 0.04
    if opt.steps:
        moved, learnt = contrast(vectors, weights.astype(np.float32), material.pairs, index, opt.steps, opt.seed)
        # The blend beats both ends: training sharpens common words, the start keeps rare ones clean.
        vectors = (1 - BLEND) * vectors + BLEND * moved
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        weights = weights ** (1 - BLEND) * learnt ** BLEND
        weights[is_stop] = np.minimum(weights[is_stop], 0.08)
    if opt.keep:
        np.savez(opt.keep, words=np.array(words), vectors=vectors, weights=weights)
    write(opt.out, material, words, vectors, weights, opt.components)


def write(path: str, material: Material, words: list[str], vectors: np.ndarray, weights: np.ndarray,
          components: int) -> None:
    index = {w: i for i, w in enumerate(words)}
    forced = [w for w in words if w in material.stop or w == ref.NUMBER or w in material.term_count]
    lem = material.lemmatiser
    always = set(forced)
    rest = [w for w in words if w not in always]

    sub = fit_subwords(words, vectors, 0.02)
    sample = np.array([i for i in range(len(words)) if weights[i] > 0.2])
    _, _, vt = np.linalg.svd(material_texts(material, index, vectors, weights), full_matrices=False)
    common = vt[:components]

    # Our own words first, then by frequency, as many as the size limit allows.
    def assemble(n_words: int) -> tuple[bytes, str]:
        kept = sorted(forced + rest[:n_words - len(forced)], key=lambda w: index[w])
        rows = [index[w] for w in kept]
        token = {w: i for i, w in enumerate(kept)}
        kv = vectors[rows]
        aliases: dict[str, int] = {}
        for line in read_own("contractions.txt"):
            form, base = line.split()
            if form not in token and base in token:
                aliases[form] = token[base]
        # Rarer words borrow the vector of their nearest neighbour among the kept ones. Short rare words are
        # left out: a slip of the pen would too often hit one of them.
        spare = [w for w in rest[n_words - len(forced):] if w not in aliases and lem.base(w) == w
                 and (len(w) >= 6 or material.level.get(w, 99) <= 35)][:30_000]
        for at in range(0, len(spare), 2000):
            part = spare[at:at + 2000]
            score = vectors[[index[w] for w in part]] @ kv.T
            best = score.argmax(axis=1)
            for w, b, s in zip(part, best, score.max(axis=1)):
                if s > 0.45 and len(aliases) < MAX_ALIASES and weights[rows[b]] > 0.15:
                    aliases[w] = int(b)
        rare = len(aliases)
        # Forms that the suffix rules would not lead to their lemma: irregular ones and traps (singing > singe).
        for form in dict.fromkeys([*material.exceptions, *material.scowl, *material.text_count]):
            base = lem.base(form)
            goal = token.get(base, aliases.get(base))
            if form in token or base == form or goal is None or not form.isalpha() or not (
                    form in material.scowl or material.text_count[form]):
                continue
            hit = next((token.get(s, aliases.get(s)) for s in ref.stems(form, RULES) if s in token or s in aliases), None)
            if hit != goal:
                aliases[form] = goal
        meta: dict[str, object] = {
            "general.architecture": "switchboard-embed",
            "general.name": "switchboard-tiny-embed",
            "general.description": "Static English word embeddings with sub-words, for sentence similarity; made from "
                                   "WordNet 3.0 and our own word lists.",
            "general.license": "MIT AND WordNet-3.0",
            "general.author": "The Switchboard authors",
            "general.alignment": 32,
            "switchboard-embed.embedding_length": DIM,
            "switchboard-embed.context_length": 8192,
            "switchboard-embed.subword.min": SHORTEST,
            "switchboard-embed.subword.max": LONGEST,
            "switchboard-embed.subword.buckets": BUCKETS,
            "switchboard-embed.subword.weight": float(0.8 * np.median(weights[sample])),
            "switchboard-embed.edit.min": 5,
            "switchboard-embed.edit.weight": 0.8,
            "switchboard-embed.suffix_rules": RULES,
            "switchboard-embed.alias.words": list(aliases),
            "switchboard-embed.alias.tokens": [int(i) for i in aliases.values()],
            "tokenizer.ggml.model": "switchboard-words",
            "tokenizer.ggml.tokens": kept,
        }
        out = gguf(meta, {"token_embd.weight": (kv, True), "subword.weight": (sub, True),
                          "token_weight": (weights[rows], False), "common.weight": (common, False)})
        return out, f"{len(kept)} words, {len(aliases)} aliases ({len(aliases) - rare} irregular forms), {len(out)} bytes"

    n = (MAX_BYTES - BUCKETS * 272 - MAX_ALIASES * 21 - 60_000) // 293
    blob, summary = assemble(n)
    while len(blob) > MAX_BYTES:
        n -= 50
        blob, summary = assemble(n)
    with open(path, "wb") as f:
        f.write(blob)
    log(summary)


def material_texts(material: Material, index: dict[str, int], vectors: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Unit vectors of a few thousand training texts, to find the direction that all texts share."""
    out = []
    for kind in ("gloss-example", "own"):
        items = material.pairs[kind]
        for pair in items[::max(1, len(items) // 3000)]:
            ids = [index[w] for w in pair[1] if w in index]
            if ids:
                v = (vectors[ids] * weights[ids][:, None]).sum(axis=0)
                out.append(v / (np.linalg.norm(v) + 1e-9))
    return np.array(out)


if __name__ == "__main__":
    main()
