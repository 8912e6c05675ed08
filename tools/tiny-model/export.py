"""Writes a checkpoint as GGUF: matrices in Q8_0 (blocks of 32: one half-precision scale, 32 signed bytes), norms in float32.

Training rotates neighbouring pairs, as llama.cpp's `llama` architecture does, so no rows are permuted.
The output layer is the embedding (tied): the file simply has no output.weight."""
from __future__ import annotations

import argparse
import struct
from pathlib import Path

import numpy as np
import sentencepiece as spm
import torch

from model import Shape
from tokenizer import BOS, CHAT_TEMPLATE, EOS

ALIGN = 32
F32, Q8_0 = 0, 8
U32, I32, FLOAT, BOOL, STRING, ARRAY = 4, 5, 6, 7, 8, 9
NORMAL, UNKNOWN, CONTROL, BYTE = 1, 2, 3, 6

DESCRIPTION = ("The very small chat model built into Switchboard: it knows Switchboard, greets, does small sums, counts, copies, "
               "makes simple JSON and tells short stories. It is not a general assistant.")


def q8_0(x: np.ndarray) -> bytes:
    blocks = x.astype(np.float32).reshape(-1, 32)
    scale = np.abs(blocks).max(1, keepdims=True) / 127
    inverse = np.divide(1, scale, out=np.zeros_like(scale), where=scale > 0)
    out = np.zeros(len(blocks), np.dtype([("d", "<f2"), ("q", "i1", 32)]))
    out["d"] = scale[:, 0]
    out["q"] = np.round(blocks * inverse)
    return out.tobytes()


def text(s: str) -> bytes:
    raw = s.encode()
    return struct.pack("<Q", len(raw)) + raw


def value(kind: int, v: object) -> bytes:
    if kind == STRING:
        return text(str(v))
    return struct.pack({U32: "<I", I32: "<i", FLOAT: "<f", BOOL: "<?"}[kind], v)


def entry(key: str, kind: int, v: object, of: int | None = None) -> bytes:
    head = text(key) + struct.pack("<I", kind)
    if kind == ARRAY:
        return head + struct.pack("<IQ", of, len(v)) + b"".join(value(of, x) for x in v)
    return head + value(kind, v)


def vocabulary(path: str) -> tuple[list[str], list[float], list[int]]:
    sp = spm.SentencePieceProcessor(model_file=path)
    pieces, scores, kinds = [], [], []
    for i in range(sp.get_piece_size()):
        pieces.append(sp.id_to_piece(i))
        scores.append(sp.get_score(i))
        kinds.append(UNKNOWN if sp.is_unknown(i) else CONTROL if sp.is_control(i) else BYTE if sp.is_byte(i) else NORMAL)
    return pieces, scores, kinds


def tensors(weights: dict[str, torch.Tensor], s: Shape) -> list[tuple[str, np.ndarray]]:
    w = {k: v.float().numpy() for k, v in weights.items()}
    q, kv = s.heads * s.head_dim, s.kv_heads * s.head_dim
    out = [("token_embd.weight", w["embed.weight"]), ("output_norm.weight", w["norm.weight"])]
    for i in range(s.layers):
        a, b = f"blocks.{i}.", f"blk.{i}."
        qkv, gate_up = w[a + "attn.qkv.weight"], w[a + "ff.gate_up.weight"]
        out += [(b + "attn_norm.weight", w[a + "attn_norm.weight"]), (b + "attn_q.weight", qkv[:q]), (b + "attn_k.weight", qkv[q:q + kv]),
                (b + "attn_v.weight", qkv[q + kv:]), (b + "attn_output.weight", w[a + "attn.o.weight"]), (b + "ffn_norm.weight", w[a + "ff_norm.weight"]),
                (b + "ffn_gate.weight", gate_up[:s.ff]), (b + "ffn_up.weight", gate_up[s.ff:]), (b + "ffn_down.weight", w[a + "ff.down.weight"])]
    return out


def write(checkpoint: str, tokenizer: str, path: str) -> None:
    saved = torch.load(checkpoint, map_location="cpu")
    s = Shape(**saved["shape"])
    pieces, scores, kinds = vocabulary(tokenizer)
    assert len(pieces) == s.vocab, "tokenizer and model differ"
    count = sum(v.numel() for v in saved["weights"].values())
    meta = [
        entry("general.architecture", STRING, "llama"), entry("general.type", STRING, "model"), entry("general.name", STRING, "switchboard-tiny"),
        entry("general.basename", STRING, "switchboard-tiny"), entry("general.size_label", STRING, f"{count / 1e6:.1f}M"),
        entry("general.author", STRING, "Switchboard"), entry("general.license", STRING, "MIT"), entry("general.description", STRING, DESCRIPTION),
        entry("general.languages", ARRAY, ["en"], STRING), entry("general.file_type", U32, 7), entry("general.quantization_version", U32, 2),
        entry("general.alignment", U32, ALIGN),
        # Facts to recall: chance only harms them.
        entry("general.sampling.temp", FLOAT, 0.0),
        entry("llama.context_length", U32, s.context), entry("llama.embedding_length", U32, s.dim), entry("llama.block_count", U32, s.layers),
        entry("llama.feed_forward_length", U32, s.ff), entry("llama.attention.head_count", U32, s.heads), entry("llama.attention.head_count_kv", U32, s.kv_heads),
        entry("llama.attention.layer_norm_rms_epsilon", FLOAT, s.norm_eps), entry("llama.rope.dimension_count", U32, s.head_dim),
        entry("llama.rope.freq_base", FLOAT, s.rope_base), entry("llama.vocab_size", U32, s.vocab),
        entry("tokenizer.ggml.model", STRING, "llama"), entry("tokenizer.ggml.pre", STRING, "default"), entry("tokenizer.ggml.tokens", ARRAY, pieces, STRING),
        entry("tokenizer.ggml.scores", ARRAY, scores, FLOAT), entry("tokenizer.ggml.token_type", ARRAY, kinds, I32),
        entry("tokenizer.ggml.bos_token_id", U32, BOS), entry("tokenizer.ggml.eos_token_id", U32, EOS), entry("tokenizer.ggml.eot_token_id", U32, EOS),
        entry("tokenizer.ggml.unknown_token_id", U32, 0), entry("tokenizer.ggml.add_bos_token", BOOL, True), entry("tokenizer.ggml.add_eos_token", BOOL, False),
        entry("tokenizer.ggml.add_space_prefix", BOOL, True), entry("tokenizer.chat_template", STRING, CHAT_TEMPLATE),
    ]
    infos, data = [], b""
    parts = tensors(saved["weights"], s)
    for name, x in parts:
        raw, kind = (x.astype("<f4").tobytes(), F32) if x.ndim == 1 else (q8_0(x), Q8_0)
        infos.append(text(name) + struct.pack(f"<I{x.ndim}QIQ", x.ndim, *reversed(x.shape), kind, len(data)))
        data += raw + b"\0" * (-len(raw) % ALIGN)
    head = b"GGUF" + struct.pack("<IQQ", 3, len(parts), len(meta)) + b"".join(meta) + b"".join(infos)
    Path(path).write_bytes(head + b"\0" * (-len(head) % ALIGN) + data)
    print(f"{path}: {Path(path).stat().st_size:,} bytes, {count:,} parameters, after {saved.get('tokens', 0):,} tokens")


if __name__ == "__main__":
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--checkpoint", default="build/final.pt")
    p.add_argument("--tokenizer", default="build/tokenizer.model")
    p.add_argument("--out", default="../../models/switchboard-tiny.gguf")
    a = p.parse_args()
    write(a.checkpoint, a.tokenizer, a.out)
