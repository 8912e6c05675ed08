"""Reads what export.py wrote: a checkpoint and the tokenizer out of a GGUF file, to go on from it or to measure it."""
from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import torch

from export import ALIGN, ARRAY, BOOL, F32, FLOAT, I32, STRING, U32
from model import Shape

FORMATS = {U32: "<I", I32: "<i", FLOAT: "<f", BOOL: "<?"}
BPE = 2  # of SentencePiece's kinds of model


class Reader:
    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def take(self, form: str) -> int | float | bool:
        (value,) = struct.unpack_from(form, self.data, self.at)
        self.at += struct.calcsize(form)
        return value

    def text(self) -> str:
        n = self.take("<Q")
        self.at += n
        return self.data[self.at - n:self.at].decode()

    def value(self, kind: int) -> object:
        if kind == STRING:
            return self.text()
        if kind == ARRAY:
            of, n = self.take("<I"), self.take("<Q")
            return [self.value(of) for _ in range(n)]
        return self.take(FORMATS[kind])


def read(path: str) -> tuple[dict[str, object], dict[str, np.ndarray]]:
    """All metadata, and all tensors as float32."""
    r = Reader(Path(path).read_bytes())
    assert r.take("<I") == 0x46554747 and r.take("<I") == 3, "not a GGUF file of version 3"
    tensors, entries = r.take("<Q"), r.take("<Q")
    meta = {}
    for _ in range(entries):
        key = r.text()
        meta[key] = r.value(r.take("<I"))
    infos = []
    for _ in range(tensors):
        name = r.text()
        shape = [r.take("<Q") for _ in range(r.take("<I"))][::-1]
        infos.append((name, shape, r.take("<I"), r.take("<Q")))
    start = -(-r.at // ALIGN) * ALIGN
    return meta, {name: tensor(r.data, start + offset, shape, kind) for name, shape, kind, offset in infos}


def tensor(data: bytes, at: int, shape: list[int], kind: int) -> np.ndarray:
    size = int(np.prod(shape))
    if kind == F32:
        return np.frombuffer(data, "<f4", size, at).reshape(shape).copy()
    blocks = np.frombuffer(data, np.dtype([("d", "<f2"), ("q", "i1", 32)]), size // 32, at)
    return (blocks["q"] * blocks["d"].astype(np.float32)[:, None]).reshape(shape)


def checkpoint(path: str) -> dict:
    """The same form as train.py saves: names of model.py, with q, k, v and gate, up in one matrix each."""
    meta, t = read(path)
    of = lambda key: meta["llama." + key]
    s = Shape(vocab=of("vocab_size"), dim=of("embedding_length"), layers=of("block_count"), heads=of("attention.head_count"), kv_heads=of("attention.head_count_kv"),
              ff=of("feed_forward_length"), context=of("context_length"), rope_base=of("rope.freq_base"), norm_eps=of("attention.layer_norm_rms_epsilon"))
    w = {"embed.weight": t["token_embd.weight"], "norm.weight": t["output_norm.weight"]}
    for i in range(s.layers):
        a, b = f"blocks.{i}.", f"blk.{i}."
        w |= {a + "attn_norm.weight": t[b + "attn_norm.weight"], a + "attn.o.weight": t[b + "attn_output.weight"],
              a + "attn.qkv.weight": np.concatenate([t[b + f"attn_{x}.weight"] for x in "qkv"]), a + "ff_norm.weight": t[b + "ffn_norm.weight"],
              a + "ff.gate_up.weight": np.concatenate([t[b + f"ffn_{x}.weight"] for x in ("gate", "up")]), a + "ff.down.weight": t[b + "ffn_down.weight"]}
    return {"shape": s.as_dict(), "weights": {k: torch.from_numpy(v) for k, v in w.items()}, "step": 0, "tokens": 0}


# ---- the tokenizer, as the protocol buffer that SentencePiece reads ----------------------------

def _number(field: int, n: int) -> bytes:
    return _varint(field << 3) + _varint(n & (1 << 64) - 1)


def _bytes(field: int, data: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(data)) + data


def _varint(n: int) -> bytes:
    out = b""
    while n > 127:
        out += bytes([n & 127 | 128])
        n >>= 7
    return out + bytes([n])


def tokenizer(path: str) -> bytes:
    meta, _ = read(path)
    pieces = zip(meta["tokenizer.ggml.tokens"], meta["tokenizer.ggml.scores"], meta["tokenizer.ggml.token_type"])
    out = b"".join(_bytes(1, _bytes(1, piece.encode()) + _varint(2 << 3 | 5) + struct.pack("<f", score) + _number(3, kind)) for piece, score, kind in pieces)
    # Kind, size, byte fallback, the ids of unknown, begin, end and padding; then how text is normalised: hardly.
    trainer = _number(3, BPE) + _number(4, len(meta["tokenizer.ggml.tokens"])) + _number(35, 1)
    trainer += _number(40, meta["tokenizer.ggml.unknown_token_id"]) + _number(41, meta["tokenizer.ggml.bos_token_id"]) + _number(42, meta["tokenizer.ggml.eos_token_id"])
    trainer += _number(43, -1) + _bytes(47, meta["tokenizer.ggml.tokens"][meta["tokenizer.ggml.eos_token_id"]].encode())
    normalizer = _bytes(1, b"identity") + _number(3, int(meta["tokenizer.ggml.add_space_prefix"])) + _number(4, 0) + _number(5, 1)
    return out + _bytes(2, trainer) + _bytes(3, normalizer)
